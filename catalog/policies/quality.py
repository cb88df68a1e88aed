"""Who may see and set quality: its rules, its findings by row, its tickets."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from catalog.models import QualityTicket, Resource
from catalog.policies.resources import decide as decide_resource
from catalog.policies.resources import nobody
from catalog.workflow import TICKETS
from portal.accounts.models import User
from portal.accounts.people import coordinators_of, people_with
from portal.kernel.actors import Actor, Duty
from portal.kernel.decisions import ALLOW, Decision, deny

_SOURCES = {row.verb: frozenset(row.sources) for row in TICKETS.transitions}
_BY_PROVIDER = frozenset({"accept", "mend"})
_NO_DUTY = deny("no_duty", _("This needs a duty that you do not hold for this resource."))
_CLOSED = deny("retired", _("This resource is retired; its quality is no longer kept."))


def decide_quality(actor: Actor, action: str, obj: Resource) -> Decision:
    """Decide on the quality of a resource.

    ``view`` (scores and counts: whoever sees the resource), ``view_rows`` (rows at fault: whoever may see rows),
    ``set_rules`` and ``check`` (data officers of the provider), ``open_ticket`` (the coordinator of its region).
    """
    if action == "view":
        return decide_resource(actor, "view", obj)
    if action == "view_rows":
        return decide_resource(actor, "preview_rows", obj)
    if not (decision := decide_resource(actor, "history", obj)):
        return decision
    if obj.state == "retired":
        return _CLOSED
    if actor.is_system:
        return ALLOW
    if action == "open_ticket":
        return ALLOW if actor.coordinates(obj.provider.region_id) else _NO_DUTY
    return ALLOW if actor.holds(Duty.DATA_OFFICER, obj.provider_id) else _NO_DUTY


def decide_ticket(actor: Actor, action: str, obj: QualityTicket) -> Decision:
    """Decide ``view`` or a verb on a ticket: the provider accepts and mends, the data authority decides on the rest.

    The machine verifies by the next version's result.
    """
    if (refusal := nobody(actor)) is not None:  # a refusal is false by itself
        return refusal
    resource = obj.resource
    if not (decision := decide_resource(actor, "history", resource)):
        return decision
    if action == "view":
        return ALLOW
    if obj.state not in _SOURCES.get(action, ()):
        return deny("wrong_state", _("This cannot be done in the present state of the ticket."))
    if actor.is_system:
        return ALLOW
    if action in _BY_PROVIDER:
        duties = (Duty.DATA_OFFICER, Duty.OFFICE_HEAD)
        return ALLOW if any(actor.holds(duty, resource.provider_id) for duty in duties) else _NO_DUTY
    return ALLOW if actor.coordinates(resource.provider.region_id) else _NO_DUTY


def visible_tickets(actor: Actor) -> Q:
    """Return which tickets ``actor`` may see: those of her departments and of the regions she coordinates."""
    if actor.is_system:
        return Q()
    if not actor.is_official:
        return Q(pk__in=[])
    own = Q(resource__provider_id__in=actor.departments())
    return own | Q(resource__provider__region_id__in=actor.coordinated_regions, resource__published_at__isnull=False)


def people_for_ticket(action: str, obj: QualityTicket) -> QuerySet[User]:
    """Return the people whose duty lets them do ``action`` to a ticket."""
    if action in _BY_PROVIDER:
        return people_with(Duty.DATA_OFFICER, Duty.OFFICE_HEAD, departments=[obj.resource.provider_id])
    return coordinators_of(obj.resource.provider.region_id)
