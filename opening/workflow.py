"""Transition table of open editions: two people, one who prepares and another who publishes."""

from django.utils.translation import gettext_lazy as _

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
