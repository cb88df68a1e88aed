"""The transition table of a deletion of data: proposed, decided by another, carried out and certified."""

from django.utils.translation import gettext_lazy as _

from portal.kernel.errors import Text
from portal.workflow.table import Table, Transition

#: How the recorded acts on deletions read in a timeline.
WORDS: dict[str, Text] = {
    "catalog.deletion.propose": _("Deletion of data proposed"),
    "catalog.deletion.approve": _("Deletion of data approved"),
    "catalog.deletion.refuse": _("Deletion of data refused"),
    "catalog.deletion.withdraw": _("Proposal to delete data withdrawn"),
    "catalog.deletion.finish": _("Data deleted and certified"),
}

DELETIONS = Table(
    name="catalog.deletion",
    states={
        "proposed": _("Proposed"),
        "approved": _("Approved: being carried out"),
        "refused": _("Refused"),
        "withdrawn": _("Withdrawn"),
        "finished": _("Deleted and certified"),
    },
    initial="proposed",
    final=frozenset({"refused", "withdrawn", "finished"}),
    transitions=(
        Transition("approve", ("proposed",), "approved", label=_("Approve the deletion")),
        Transition("refuse", ("proposed",), "refused", label=_("Refuse"), needs_reason=True),
        Transition("withdraw", ("proposed",), "withdrawn", label=_("Withdraw")),
        Transition("finish", ("approved",), "finished", label=_("Certify")),
    ),
)
