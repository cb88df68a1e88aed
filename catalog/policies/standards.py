"""Who keeps the standards: the coordinators of the province's data authority; every official reads them."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models import CodeSetVersion, Element
from catalog.policies.resources import nobody
from catalog.workflow import CODE_SETS, ELEMENTS
from portal.kernel.actors import Actor, Duty, Level
from portal.kernel.decisions import ALLOW, Decision, deny

_SOURCES = {
    model: {row.verb: frozenset(row.sources) for row in table.transitions} | {"edit": frozenset({"draft"})}
    for model, table in ((Element, ELEMENTS), (CodeSetVersion, CODE_SETS))
}


def keeps_standards(actor: Actor) -> bool:
    """Say whether the actor coordinates for the data authority of the province."""
    return any(s.is_authority and s.level == Level.PROVINCE and Duty.COORDINATOR in s.duties for s in actor.standings)


def visible_standards(actor: Actor) -> Q:
    """Return which elements and versions of code sets an actor may see: drafts are for their keepers."""
    if actor.is_system or (actor.is_official and keeps_standards(actor)):
        return Q()
    return ~Q(state="draft") if actor.is_official else Q(pk__in=[])


def decide_create_standard(actor: Actor) -> Decision:
    """Decide whether ``actor`` may draft elements and code sets."""
    if (refusal := nobody(actor)) is not None:  # a refusal is false by itself
        return refusal
    if not keeps_standards(actor):
        return deny("no_duty", _("The standards are kept by the coordinators of the province's data authority."))
    return ALLOW


def decide_standard(actor: Actor, action: str, obj: Element | CodeSetVersion) -> Decision:
    """Decide ``view``, ``edit`` or a verb of the table on an element or a version of a code set."""
    if (refusal := nobody(actor)) is not None:  # a refusal is false by itself
        return refusal
    is_keeper = actor.is_system or keeps_standards(actor)
    if obj.state == "draft" and not is_keeper:
        return deny("not_visible", _("This draft is not open to you."))
    if action == "view":
        return ALLOW
    if obj.state not in _SOURCES[type(obj)].get(action, frozenset()):
        return deny("wrong_state", _("This cannot be done in the present state of the standard."))
    return ALLOW if is_keeper else decide_create_standard(actor)
