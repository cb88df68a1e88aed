"""The transition table of a batch: changes of many descriptions, previewed, applied as drafts, undone as a whole."""

from django.utils.translation import gettext_lazy as _

from portal.kernel.errors import Text
from portal.workflow.table import Table, Transition

#: How the recorded acts on batches read in a timeline.
WORDS: dict[str, Text] = {
    "catalog.batch.preview": _("Batch previewed"),
    "catalog.batch.begin": _("Application of the batch begun"),
    "catalog.batch.apply": _("Batch applied as drafts"),
    "catalog.batch.undo": _("Batch undone"),
    "catalog.batch.drop": _("Batch dropped"),
    "catalog.batch.fail": _("File of the batch could not be read"),
}

BATCHES = Table(
    name="catalog.batch",
    states={
        "received": _("Being read"),
        "previewed": _("Waiting for your decision"),
        "applying": _("Being applied"),
        "applied": _("Applied as drafts"),
        "undone": _("Undone"),
        "dropped": _("Dropped"),
        "failed": _("Could not be read"),
    },
    initial="received",
    final=frozenset({"undone", "dropped", "failed"}),
    transitions=(
        Transition("preview", ("received",), "previewed", label=_("Preview")),
        Transition("fail", ("received",), "failed", label=_("Give up")),
        Transition("begin", ("previewed",), "applying", label=_("Apply as drafts")),
        Transition("apply", ("applying",), "applied", label=_("End")),
        Transition("drop", ("previewed",), "dropped", label=_("Drop")),
        Transition("undo", ("applied",), "undone", label=_("Undo the batch")),
    ),
)
