"""The transition table of a correction and its clock (State Council Order 809 art 26)."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.workflow.deadlines import DeadlineRule
from portal.workflow.table import Table, Transition

#: Runs from the filing until the provider has answered for good: corrected or refused.
CORRECTION = "sharing.correction"
_CLOCK = (CORRECTION,)

RULES = (
    DeadlineRule(
        CORRECTION, 10, _("State Council Order 809, art 26"), _("Verification, correction and answer to a correction")
    ),
)

CORRECTIONS = Table(
    name="sharing.correction",
    states={
        "filed": pgettext_lazy("correction", "Filed"),
        "verifying": pgettext_lazy("correction", "Being verified"),
        "confirmed": pgettext_lazy("correction", "Confirmed, to be corrected"),
        "corrected": pgettext_lazy("correction", "Corrected"),
        "refused": pgettext_lazy("correction", "Refused"),
        "withdrawn": pgettext_lazy("correction", "Withdrawn"),
    },
    initial="filed",
    final=frozenset({"corrected", "refused", "withdrawn"}),
    transitions=(
        Transition("verify", ("filed",), "verifying", label=_("Begin to verify")),
        Transition("confirm", ("verifying",), "confirmed", label=_("Confirm the errors")),
        Transition(
            "refuse",
            ("verifying",),
            "refused",
            label=pgettext_lazy("correction", "Refuse"),
            needs_reason=True,
            stops=_CLOCK,
        ),
        Transition(
            "correct", ("confirmed",), "corrected", label=_("Close as corrected"), needs_reason=True, stops=_CLOCK
        ),
        Transition("withdraw", ("filed", "verifying"), "withdrawn", label=_("Withdraw"), stops=_CLOCK),
    ),
)
