"""The transition table of a file handed in."""

from django.utils.translation import gettext_lazy as _

from portal.kernel.errors import Text
from portal.workflow.table import Table, Transition

#: How the recorded acts on files read in a timeline.
WORDS: dict[str, Text] = {
    "catalog.store.sweep": _("Left-over files of the store deleted"),
    "catalog.transfer.create": _("Upload in parts begun"),
    "catalog.transfer.end": _("Upload in parts given up"),
    "catalog.version": _("New version of the data"),
    "catalog.upload.tolerance": _("Share of rows that may be left out set"),
    "catalog.upload.receive": _("File handed in"),
    "catalog.upload.check": _("Check of the file begun"),
    "catalog.upload.accept": _("File accepted as a version"),
    "catalog.upload.reject": _("File does not fit the data items"),
    "catalog.upload.ask": _("File waits for a decision on rows that do not fit"),
    "catalog.upload.accept_fitting": _("Rows that fit accepted by decision"),
    "catalog.upload.refuse": _("File with rows that do not fit refused"),
    "catalog.upload.mark": _("File with its errors marked asked for"),
    "catalog.upload.rejects": _("File fetched with its errors marked"),
    "catalog.upload.fail": _("File could not be read"),
    "catalog.upload.cancel": _("Check of the file canceled"),
}

UPLOADS = Table(
    name="catalog.upload",
    states={
        "received": _("Received"),
        "checking": _("Being checked"),
        "deciding": _("Waiting for a decision"),
        "accepted": _("Accepted as a version"),
        "rejected": _("Does not fit the data items"),
        "failed": _("Could not be read"),
        "canceled": _("Canceled"),
    },
    initial="received",
    final=frozenset({"accepted", "rejected", "failed", "canceled"}),
    transitions=(
        Transition("check", ("received", "checking"), "checking", label=_("Check")),
        Transition("accept", ("checking",), "accepted", label=_("Accept")),
        Transition("reject", ("checking",), "rejected", label=_("Reject")),
        Transition("ask", ("checking",), "deciding", label=_("Ask for a decision")),
        # The check runs again and leaves out what does not fit: the worker may be killed, and nothing half is kept.
        Transition("accept_fitting", ("deciding",), "received", label=_("Accept the rows that fit"), needs_reason=True),
        Transition("refuse", ("deciding",), "rejected", label=_("Refuse the file")),
        Transition("fail", ("received", "checking"), "failed", label=_("Give up")),
        Transition("cancel", ("received", "checking"), "canceled", label=_("Cancel")),
    ),
)
