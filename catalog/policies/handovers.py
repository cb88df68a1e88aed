"""Who may see and move a hand-over: both departments, and the data authority above them."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from catalog.models import HandOver
from catalog.policies.resources import nobody
from catalog.workflow import HANDOVERS
from portal.accounts.models import Department, User
from portal.accounts.people import people_with
from portal.kernel.actors import Actor, Duty, Level
from portal.kernel.decisions import ALLOW, Decision, deny

_SOURCES = {row.verb: frozenset(row.sources) for row in HANDOVERS.transitions}
_GIVING_OFFICE, _GIVING_HEAD, _TAKING_HEAD, _AUTHORITY = "giving_office", "giving_head", "taking_head", "authority"
_MAY: dict[str, frozenset[str]] = {
    "release": frozenset({_GIVING_HEAD}),
    "agree": frozenset({_TAKING_HEAD}),
    "decide": frozenset({_AUTHORITY}),
    "carry_out": frozenset({_TAKING_HEAD, _AUTHORITY}),
    "undo": frozenset({_TAKING_HEAD, _AUTHORITY}),
    "propose": frozenset({_GIVING_OFFICE, _AUTHORITY}),
    "cancel": frozenset({_GIVING_OFFICE, _AUTHORITY}),
}
_OFFICE = (Duty.DATA_OFFICER, Duty.OFFICE_HEAD)


def _coordinates_province(actor: Actor) -> bool:
    return any(s.is_authority and s.level == Level.PROVINCE and Duty.COORDINATOR in s.duties for s in actor.standings)


def visible_hand_overs(actor: Actor) -> Q:
    """Return which hand-overs ``actor`` may see: those of her departments, and of the regions she coordinates."""
    if actor.is_system or _coordinates_province(actor):
        return Q()
    own, regions = actor.departments(*_OFFICE), actor.coordinated_regions
    sides = Q(giver_id__in=own) | Q(taker_id__in=own)
    return sides | Q(giver__region_id__in=regions) | Q(taker__region_id__in=regions)


def decide_see_hand_overs(actor: Actor) -> Decision:
    """Decide on the list: those who keep the resources of a department, and data authorities."""
    if (refusal := nobody(actor)) is not None:  # a refusal is false by itself
        return refusal
    if actor.is_system or actor.departments(*_OFFICE) or actor.coordinated_regions:
        return ALLOW
    return deny("no_duty", _("Only data offices and data authorities hand resources over."))


def _stands_above(actor: Actor, giver: Department, taker: Department) -> bool:
    """Say whether the actor coordinates both departments: their common region, or the province."""
    both = actor.coordinates(giver.region_id) and actor.coordinates(taker.region_id)
    return both or _coordinates_province(actor)


def decide_propose(actor: Actor, giver: Department, taker: Department) -> Decision:
    """Decide on proposing: the giver's data office, or the data authority above both departments."""
    if (refusal := nobody(actor)) is not None:  # a refusal is false by itself
        return refusal
    if giver.pk in actor.departments(*_OFFICE) or _stands_above(actor, giver, taker):
        return ALLOW
    return deny("no_duty", _("Only the giving department or the data authority above both proposes a hand-over."))


def _duties_for(action: str, obj: HandOver) -> frozenset[str]:
    if action == "return":
        return frozenset({_GIVING_HEAD if obj.state == "proposed" else _TAKING_HEAD, _AUTHORITY})
    return _MAY.get(action, frozenset())


def _holds(actor: Actor, duties: frozenset[str], obj: HandOver) -> bool:
    return (
        (_GIVING_OFFICE in duties and obj.giver_id in actor.departments(*_OFFICE))
        or (_GIVING_HEAD in duties and actor.holds(Duty.OFFICE_HEAD, obj.giver_id))
        or (_TAKING_HEAD in duties and actor.holds(Duty.OFFICE_HEAD, obj.taker_id))
        or (_AUTHORITY in duties and _stands_above(actor, obj.giver, obj.taker))
    )


def _sees(actor: Actor, obj: HandOver) -> bool:
    sides = {obj.giver_id, obj.taker_id}
    if actor.is_system or _coordinates_province(actor) or sides & actor.departments(*_OFFICE):
        return True
    return bool({obj.giver.region_id, obj.taker.region_id} & actor.coordinated_regions)


def decide_hand_over(actor: Actor, action: str, obj: HandOver) -> Decision:
    """Decide ``view``, ``history`` (of the resources, until they went) or a verb of the table."""
    if (refusal := nobody(actor)) is not None:  # a refusal is false by itself
        return refusal
    if not _sees(actor, obj):
        return deny("not_visible", _("This hand-over is not open to you."))
    if action == "view":
        return ALLOW
    if action == "history":
        may = _holds(actor, frozenset({_GIVING_OFFICE, _AUTHORITY}), obj)
        return ALLOW if may else deny("no_duty", _("The history is for the giving department and the data authority."))
    if obj.state not in _SOURCES.get(action, ()):
        return deny("wrong_state", _("This cannot be done in the present state of the hand-over."))
    if not _holds(actor, _duties_for(action, obj), obj):
        return deny("no_duty", _("This needs a duty that you do not hold for this hand-over."))
    return ALLOW


def offices_of(obj: HandOver) -> QuerySet[User]:
    """Return the data offices of both departments."""
    return people_with(*_OFFICE, departments=[obj.giver_id, obj.taker_id])


def givers(actor: Actor) -> QuerySet[Department]:
    """Return the departments whose data office ``actor`` serves in."""
    return Department.objects.filter(pk__in=actor.departments(*_OFFICE))
