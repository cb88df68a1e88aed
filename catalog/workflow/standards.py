"""The transition tables of standards: data elements and versions of code sets."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.kernel.errors import Text
from portal.workflow.table import Table, Transition

#: How the recorded acts on standards read in a timeline.
WORDS: dict[str, Text] = {
    "catalog.element.create": _("Data element drafted"),
    "catalog.element.edit": _("Data element changed"),
    "catalog.element.import": _("Data elements imported from a file"),
    "catalog.element.enforce": _("Data element put in force"),
    "catalog.element.supersede": _("Data element superseded"),
    "catalog.element.withdraw": _("Data element withdrawn"),
    "catalog.code_set.create": _("Version of a code set drafted"),
    "catalog.code_set.edit": _("Codes changed"),
    "catalog.code_set.enforce": _("Version of a code set put in force"),
    "catalog.code_set.supersede": _("Version of a code set superseded"),
    "catalog.code_set.withdraw": _("Version of a code set withdrawn"),
    "catalog.bind": _("Data items bound to data elements"),
    "catalog.decline_element": _("Suggested data elements declined"),
}

STATES: dict[str, Text] = {
    "draft": _("Draft"),
    "in_force": _("In force"),
    "superseded": _("Superseded"),
    "withdrawn": pgettext_lazy("of a standard", "Withdrawn"),
}
_FINAL = frozenset({"superseded", "withdrawn"})
#: What is in force is never edited: a new version takes its place, and the items bound to it keep what they were
#: checked against until their own officer takes the new one over.
_TRANSITIONS = (
    Transition("enforce", ("draft",), "in_force", label=_("Put in force")),
    Transition("supersede", ("in_force",), "superseded", label=_("Supersede")),
    Transition(
        "withdraw",
        ("draft", "in_force"),
        "withdrawn",
        label=pgettext_lazy("of a standard", "Withdraw"),
        needs_reason=True,
    ),
)

ELEMENTS = Table(name="catalog.element", states=STATES, initial="draft", final=_FINAL, transitions=_TRANSITIONS)
CODE_SETS = Table(name="catalog.code_set", states=STATES, initial="draft", final=_FINAL, transitions=_TRANSITIONS)
