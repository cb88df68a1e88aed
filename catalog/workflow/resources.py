"""The transition table of a resource and its deadlines (Order 809 arts 16 and 17)."""

from django.utils.translation import gettext_lazy as _

from portal.kernel.errors import Text
from portal.workflow.deadlines import DeadlineRule
from portal.workflow.table import Table, Transition

DEADLINES = (
    DeadlineRule("catalog.review", 2, "Order 809 art 17", _("Review and publication by the data authority")),
    DeadlineRule("catalog.update", 10, "Order 809 art 16", _("Update of the catalog after a change of law or duty")),
)
#: How the recorded acts of the catalogue read in a timeline.
WORDS: dict[str, Text] = {
    "catalog.create": _("Registered as a draft"),
    "catalog.edit": _("Description changed"),
    "catalog.set_items": _("Data items changed"),
    "catalog.withdraw": _("Taken back"),
    "catalog.approve": _("Office head consented"),
    "catalog.return": _("Returned for changes"),
    "catalog.publish": _("Published in the catalog"),
    "catalog.amend": _("Taken up for amendment"),
    "catalog.serving_choice": _("Indexes of the serving table chosen"),
    "catalog.serving_rebuild": _("Serving table built anew"),
    "catalog.attach_assessment": _("Document of an assessment attached"),
    "catalog.approve_assessment": _("Document of an assessment approved"),
    "catalog.read_assessment": _("Document of an assessment read"),
    "catalog.give_exception": _("Exception given"),
    "catalog.take_exception": _("Exception ended"),
    "catalog.edit_asset": _("Asset sheet changed"),
    "catalog.plan_stages": _("Stages of the life cycle planned"),
    "catalog.set_cost": _("Cost recorded"),
    "catalog.declare_origin": _("Origin declared"),
    "catalog.take_back_origin": _("Origin taken back"),
    "catalog.name_source": _("Source of a data element named"),
    "catalog.end_source": _("Source of a data element ended"),
}

RESOURCES = Table(
    name="catalog",
    states={
        "draft": _("Draft"),
        "submitted": _("Waiting for the office head"),
        "in_review": _("In review at the data authority"),
        "returned": _("Returned for changes"),
        "published": _("Published in the catalog"),
        "suspended": _("Suspended"),
        "retired": _("Retired"),
    },
    initial="draft",
    final=frozenset({"retired"}),
    transitions=(
        Transition("submit", ("draft", "returned"), "submitted", label=_("Submit")),
        Transition("withdraw", ("submitted",), "draft", label=_("Take back")),
        Transition("approve", ("submitted",), "in_review", label=_("Consent"), starts=("catalog.review",)),
        Transition(
            "return",
            ("submitted", "in_review"),
            "returned",
            label=_("Return for changes"),
            needs_reason=True,
            stops=("catalog.review",),
        ),
        Transition("publish", ("in_review",), "published", label=_("Publish"), stops=("catalog.review",)),
        # The published description stays in force: the draft beside it has a table of its own (amendments.py).
        Transition("amend", ("published", "suspended"), None, label=_("Amend"), needs_reason=True),
        Transition("suspend", ("published",), "suspended", label=_("Suspend"), needs_reason=True),
        Transition("resume", ("suspended",), "published", label=_("Resume"), needs_reason=True),
        Transition(
            "retire",
            ("draft", "returned", "published", "suspended"),
            "retired",
            label=_("Retire"),
            needs_reason=True,
        ),
    ),
)
