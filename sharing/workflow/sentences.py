"""What the pages of sharing say once an act is done: what was done to what, and what comes next."""

from django.utils.translation import gettext_lazy as _

from portal.kernel.errors import Text

SENTENCES: dict[str, Text] = {
    "sharing.request.submit": _(
        "Request %(thing)s is submitted. Your office head has to consent before it leaves the department."
    ),
    "sharing.request.consent": _("You consented to request %(thing)s. It has left the department."),
    "sharing.request.approve": _("Request %(thing)s is approved. Its grant is being opened, and the asker is told."),
    "sharing.request.return": _("Request %(thing)s is returned to be supplemented, and the asker is told."),
    "sharing.request.refuse": _("Request %(thing)s is refused, and the asker is told why."),
    "sharing.request.extend": _("The time to reply to request %(thing)s is extended, and the asker is told."),
    "sharing.request.withdraw": _("Request %(thing)s is withdrawn."),
    "sharing.grant.suspend": _("Grant %(thing)s is suspended, and the department that holds it is told."),
    "sharing.grant.resume": _("Grant %(thing)s gives data again, and the department that holds it is told."),
    "sharing.grant.terminate": _("Grant %(thing)s is terminated, and the department that holds it is told."),
    "sharing.correction.verify": _("You began to verify correction %(thing)s."),
    "sharing.correction.confirm": _("The errors of correction %(thing)s are confirmed. Put the data right next."),
    "sharing.correction.refuse": _("Correction %(thing)s is refused, and whoever filed it is told why."),
    "sharing.correction.correct": _("Correction %(thing)s is closed as corrected, and whoever filed it is told."),
    "sharing.correction.withdraw": _("Correction %(thing)s is withdrawn."),
    "sharing.correction.receive": _("You took note of correction %(thing)s."),
}
