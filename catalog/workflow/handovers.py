"""The transition table of a hand-over of resources between two departments."""

from django.utils.translation import gettext_lazy as _

from portal.kernel.errors import Text
from portal.workflow.table import Table, Transition

#: How the recorded acts on hand-overs read in a timeline.
WORDS: dict[str, Text] = {
    "catalog.hand_over.create": _("Hand-over proposed"),
    "catalog.hand_over.propose": _("Hand-over proposed again"),
    "catalog.hand_over.release": _("The giving department agreed to the hand-over"),
    "catalog.hand_over.agree": _("The taking department agreed to the hand-over"),
    "catalog.hand_over.decide": _("The data authority decided on the hand-over"),
    "catalog.hand_over.carry_out": _("Hand-over carried out"),
    "catalog.hand_over.undo": _("Hand-over undone"),
    "catalog.hand_over.return": _("Hand-over returned for changes"),
    "catalog.hand_over.cancel": _("Hand-over given up"),
    "catalog.handed_over": _("Handed over to another department"),
    "catalog.handed_back": _("Hand-over undone: back with the department before"),
}

HANDOVERS = Table(
    name="catalog.hand_over",
    states={
        "proposed": _("Waiting for the giving department"),
        "released": _("Waiting for the taking department"),
        "agreed": _("Agreed by both departments"),
        "decided": _("Decided by the data authority"),
        "carried_out": _("Carried out"),
        "undone": _("Undone"),
        "returned": _("Returned for changes"),
        "canceled": _("Given up"),
    },
    initial="proposed",
    final=frozenset({"undone", "canceled"}),
    transitions=(
        Transition("release", ("proposed",), "released", label=_("Agree as the giving department")),
        Transition("agree", ("released",), "agreed", label=_("Agree as the taking department")),
        # Departments that do not agree are decided upon by the authority above both, by a document.
        Transition("decide", ("proposed", "released"), "decided", label=_("Decide by document"), needs_reason=True),
        Transition("carry_out", ("agreed", "decided"), "carried_out", label=_("Carry out")),
        Transition("undo", ("carried_out",), "undone", label=_("Undo the hand-over"), needs_reason=True),
        Transition("return", ("proposed", "released"), "returned", label=_("Return for changes"), needs_reason=True),
        Transition("propose", ("returned",), "proposed", label=_("Propose again")),
        Transition(
            "cancel",
            ("proposed", "released", "agreed", "decided", "returned"),
            "canceled",
            label=_("Give the hand-over up"),
            needs_reason=True,
        ),
    ),
)
