"""Transition table of open editions: two people, one who prepares and another who publishes."""

from django.utils.translation import gettext_lazy as _

from portal.kernel.errors import Text
from portal.workflow.table import Table, Transition

PUBLICATIONS = Table(
    name="opening",
    states={
        "draft": _("Draft"),
        "submitted": _("Waiting for release"),
        "returned": _("Returned for changes"),
        "published": _("Open to the public"),
        "suspended": _("Suspended"),
        "withdrawn": _("Withdrawn"),
    },
    initial="draft",
    final=frozenset({"withdrawn"}),
    transitions=(
        Transition("submit", ("draft", "returned"), "submitted", label=_("Submit for release")),
        Transition("return", ("submitted",), "returned", label=_("Return for changes"), needs_reason=True),
        Transition("publish", ("submitted",), "published", label=_("Publish")),
        Transition("suspend", ("published",), "suspended", label=_("Suspend"), needs_reason=True),
        Transition("resume", ("suspended",), "published", label=_("Resume"), needs_reason=True),
        Transition("revise", ("published", "suspended"), "draft", label=_("Take back to revise"), needs_reason=True),
        Transition(
            "withdraw",
            ("draft", "returned", "submitted", "published", "suspended"),
            "withdrawn",
            label=_("Withdraw for good"),
            needs_reason=True,
        ),
    ),
)

#: What a page says once an act is done.
SENTENCES: dict[str, Text] = {
    "opening.submit": _(
        "The open edition “%(thing)s” is submitted. Another person of the department releases it next."
    ),
    "opening.return": _("The open edition “%(thing)s” is returned for changes."),
    "opening.publish": _("The open edition “%(thing)s” is open to the public."),
    "opening.suspend": _("The open edition “%(thing)s” is suspended; the public does not see it."),
    "opening.resume": _("The open edition “%(thing)s” is open to the public again."),
    "opening.revise": _("The open edition “%(thing)s” is taken back to be revised; the public does not see it."),
    "opening.withdraw": _("The open edition “%(thing)s” is withdrawn for good."),
}
