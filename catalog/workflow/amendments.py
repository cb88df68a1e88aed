"""The transition table of an amendment: the way of a draft beside the published description (Order 809 art 16)."""

from django.utils.translation import gettext_lazy as _

from portal.kernel.errors import Text
from portal.workflow.table import Table, Transition

#: How the recorded acts on amendments read in a timeline.
WORDS: dict[str, Text] = {
    "catalog.amendment.submit": _("Amendment submitted"),
    "catalog.amendment.withdraw": _("Amendment taken back"),
    "catalog.amendment.approve": _("Office head consented to the amendment"),
    "catalog.amendment.return": _("Amendment returned for changes"),
    "catalog.amendment.publish": _("Amendment published: it took the place of the description before"),
    "catalog.amendment.extend": _("Five working days more for the amendment"),
    "catalog.amendment.cancel": _("Amendment given up; the published description stays"),
}
_REVIEW = "catalog.review"
_OPEN = ("draft", "submitted", "in_review", "returned")
_BOTH = (_REVIEW, "catalog.update")

AMENDMENTS = Table(
    name="catalog.amendment",
    states={
        "draft": _("Amendment in work"),
        "submitted": _("Amendment waiting for the office head"),
        "in_review": _("Amendment in review at the data authority"),
        "returned": _("Amendment returned for changes"),
        "published": _("Amendment published"),
        "canceled": _("Amendment given up"),
    },
    initial="draft",
    final=frozenset({"published", "canceled"}),
    transitions=(
        Transition("submit", ("draft", "returned"), "submitted", label=_("Submit the amendment")),
        Transition("withdraw", ("submitted",), "draft", label=_("Take the amendment back")),
        Transition("approve", ("submitted",), "in_review", label=_("Consent to the amendment"), starts=(_REVIEW,)),
        Transition(
            "return",
            ("submitted", "in_review"),
            "returned",
            label=_("Return for changes"),
            needs_reason=True,
            stops=(_REVIEW,),
        ),
        Transition("publish", ("in_review",), "published", label=_("Publish the amendment"), stops=_BOTH),
        # Five working days more, once, with the authority's consent (Order 809 art 16).
        Transition("extend", _OPEN, None, label=_("Consent to five working days more"), needs_reason=True),
        Transition(
            "cancel",
            _OPEN,
            "canceled",
            label=_("Give the amendment up"),
            needs_reason=True,
            stops=_BOTH,
        ),
    ),
)
