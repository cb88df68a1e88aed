"""What the pages of the catalogue say once an act is done: what was done to what, and what comes next."""

from django.utils.translation import gettext_lazy as _

from portal.kernel.errors import Text

SENTENCES: dict[str, Text] = {
    "catalog.submit": _("“%(thing)s” is submitted. Your office head has to consent to it next."),
    "catalog.withdraw": _("“%(thing)s” is taken back and is a draft again."),
    "catalog.approve": _("You consented to “%(thing)s”. The data authority reviews it next."),
    "catalog.return": _("“%(thing)s” is returned to its department for changes."),
    "catalog.publish": _("“%(thing)s” is published in the catalog."),
    "catalog.amend": _("An amendment of “%(thing)s” is open. What is published stays in force until it is published."),
    "catalog.suspend": _("“%(thing)s” is suspended."),
    "catalog.resume": _("“%(thing)s” is published again."),
    "catalog.retire": _("“%(thing)s” is retired."),
    "catalog.amendment.submit": _(
        "The amendment of “%(thing)s” is submitted. Your office head has to consent to it next."
    ),
    "catalog.amendment.withdraw": _("The amendment of “%(thing)s” is taken back and is a draft again."),
    "catalog.amendment.approve": _(
        "You consented to the amendment of “%(thing)s”. The data authority reviews it next."
    ),
    "catalog.amendment.return": _("The amendment of “%(thing)s” is returned to its department for changes."),
    "catalog.amendment.publish": _("The amendment of “%(thing)s” is published and in force."),
    "catalog.amendment.extend": _("The amendment of “%(thing)s” has five working days more."),
    "catalog.amendment.cancel": _("The amendment of “%(thing)s” is given up. What is published stays in force."),
    "catalog.batch.begin": _("“%(thing)s” is being applied. Its drafts are saved one after the other."),
    "catalog.batch.apply": _("“%(thing)s” is applied: its drafts are saved."),
    "catalog.batch.drop": _("“%(thing)s” is dropped. Nothing was changed."),
    "catalog.batch.undo": _("“%(thing)s” is undone. Every description is as it was before."),
    "catalog.hand_over.propose": _("Hand-over %(thing)s is proposed again."),
    "catalog.hand_over.release": _("The giving department agreed to hand-over %(thing)s."),
    "catalog.hand_over.agree": _("The taking department agreed to hand-over %(thing)s."),
    "catalog.hand_over.decide": _("Hand-over %(thing)s is decided by document."),
    "catalog.hand_over.carry_out": _(
        "Hand-over %(thing)s is carried out. The resources are with the taking department."
    ),
    "catalog.hand_over.undo": _("Hand-over %(thing)s is undone. The resources are back with the giving department."),
    "catalog.hand_over.return": _("Hand-over %(thing)s is returned for changes."),
    "catalog.hand_over.cancel": _("Hand-over %(thing)s is given up."),
    "catalog.element.enforce": _("The data element “%(thing)s” is in force."),
    "catalog.element.withdraw": _("The data element “%(thing)s” is withdrawn."),
    "catalog.code_set.enforce": _("The code set “%(thing)s” is in force."),
    "catalog.code_set.withdraw": _("The code set “%(thing)s” is withdrawn."),
    "catalog.source.pause": _("The source “%(thing)s” is paused; it is not asked until it is resumed."),
    "catalog.source.resume": _("The source “%(thing)s” is asked again on its schedule."),
    "catalog.source.retire": _("The source “%(thing)s” is retired."),
    "catalog.ticket.accept": _("Ticket %(thing)s is accepted."),
    "catalog.ticket.mend": _("Ticket %(thing)s is reported as mended. The data authority looks at it next."),
    "catalog.ticket.verify": _("Ticket %(thing)s is confirmed and closed."),
    "catalog.ticket.return": _("Ticket %(thing)s is returned to the department."),
    "catalog.ticket.waive": _("Ticket %(thing)s is waived."),
    "catalog.deletion.approve": _("Deletion %(thing)s is approved. The data is being removed."),
    "catalog.deletion.refuse": _("Deletion %(thing)s is refused. Nothing was deleted."),
    "catalog.deletion.withdraw": _("Deletion %(thing)s is withdrawn. Nothing was deleted."),
}
