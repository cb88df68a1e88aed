"""The transition table of a rectification ticket, and its clocks."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.kernel.errors import Text
from portal.workflow.deadlines import DeadlineRule
from portal.workflow.table import Table, Transition

#: The clock of a confirmed error is law; that of every other ticket a default of this product.
CORRECTION_CLOCK, TICKET_CLOCK = "catalog.correction", "catalog.ticket"
_CLOCKS = (CORRECTION_CLOCK, TICKET_CLOCK)
DEADLINES = (
    DeadlineRule(CORRECTION_CLOCK, 10, "Order 809 art 26", _("Verification and correction of a confirmed error")),
    DeadlineRule(TICKET_CLOCK, 20, _("set by this installation"), _("Rectification of quality")),
)
#: How the recorded acts on quality read in a timeline.
WORDS: dict[str, Text] = {
    "catalog.quality.check": _("Quality checked"),
    "catalog.quality.rule": _("Quality rule set"),
    "catalog.quality.correction": _("Confirmed error noted"),
    "catalog.quality.mended": _("Confirmed error mended"),
    "catalog.ticket.open": _("Rectification asked for"),
    "catalog.ticket.accept": _("Rectification accepted"),
    "catalog.ticket.mend": _("Reported as mended"),
    "catalog.ticket.verify": _("Mending verified"),
    "catalog.ticket.return": _("Returned: not mended"),
    "catalog.ticket.waive": _("Rectification waived"),
}

TICKETS = Table(
    name="catalog.ticket",
    states={
        "open": pgettext_lazy("state of a ticket", "Open"),
        "accepted": _("Accepted by the source"),
        "mended": _("Reported as mended"),
        "returned": _("Returned: not mended"),
        "closed": _("Verified and closed"),
        "waived": _("Waived"),
    },
    initial="open",
    final=frozenset({"closed", "waived"}),
    transitions=(
        Transition("accept", ("open", "returned"), "accepted", label=_("Accept")),
        Transition("mend", ("open", "accepted", "returned"), "mended", label=_("Report as mended"), needs_reason=True),
        Transition("verify", ("mended",), "closed", label=_("Confirm and close"), stops=_CLOCKS),
        Transition("return", ("mended",), "returned", label=_("Return"), needs_reason=True),
        Transition(
            "waive", ("open", "accepted", "returned"), "waived", label=_("Waive"), needs_reason=True, stops=_CLOCKS
        ),
    ),
)
