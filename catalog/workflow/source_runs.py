"""The transition table of a run of a source: fetched, checked, ended one way or another."""

from django.utils.translation import gettext_lazy as _

from portal.kernel.errors import Text
from portal.workflow.table import Table, Transition

WORDS: dict[str, Text] = {
    "catalog.source_run.land": _("Data of a source handed in"),
    "catalog.source_run.find_nothing": _("Nothing new found at a source"),
    "catalog.source_run.succeed": _("Data of a source became a version"),
    "catalog.source_run.fail": _("Run of a data source failed"),
    "catalog.source_run.cancel": _("Run of a data source canceled"),
}

SOURCE_RUNS = Table(
    name="catalog.source_run",
    states={
        "running": _("Fetching"),
        "landed": _("Being checked"),
        "succeeded": _("New version"),
        "nothing": _("Nothing new"),
        "failed": _("Failed"),
        "canceled": _("Canceled"),
    },
    initial="running",
    final=frozenset({"succeeded", "nothing", "failed", "canceled"}),
    transitions=(
        Transition("land", ("running",), "landed"),
        Transition("find_nothing", ("running",), "nothing"),
        Transition("succeed", ("landed",), "succeeded"),
        Transition("fail", ("running", "landed"), "failed"),
        Transition("cancel", ("running", "landed"), "canceled", label=_("Cancel")),
    ),
)
#: A source has at most one run in these states.
UNDER_WAY = tuple(state for state in SOURCE_RUNS.states if state not in SOURCE_RUNS.final)
