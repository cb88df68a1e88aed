"""Who may see and do what with requests and grants; nothing else decides.

Order of every answer: actor active, classification ceiling, state of the object, duty in the department, no.
"""

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from catalog.models import Item, Resource
from catalog.policies import stands_in_catalog
from portal.accounts.models import User
from portal.accounts.people import coordinators_of, people_with
from portal.kernel.actors import Actor, Duty
from portal.kernel.classification import SharingType, may_share
from portal.kernel.decisions import ALLOW, Decision, deny
from sharing.models import Delivery, Grant, Request

STAFF = (Duty.DATA_OFFICER, Duty.OFFICE_HEAD)

_NOBODY = Q(pk__in=())
_INACTIVE = deny("inactive", _("Your account or department is not active."))
_SCOPE_READ = deny("scope_missing", _("This key does not carry the scope “sharing:read”."))
_SCOPE_WRITE = deny("scope_missing", _("This key does not carry the scope “sharing:write”."))
_CEILING = deny("above_ceiling", _("An item is graded too high, or not shared: no grant can give it."))
_CLEARANCE = deny("clearance", _("Your clearance does not reach the grade of these items."))
_WITHDRAWN = deny("resource_withdrawn", _("The resource is not published now; nothing of it is shared."))
_NOT_YOURS = deny("duty_missing", _("This is for somebody with another duty or in another department."))
_OWN = deny("own_request", _("Nobody decides on a request of one's own: somebody else of your department has to."))
_RETURNED = deny(
    "returned_before", _("It was returned once already; the law lets the provider ask once, for everything.")
)
_SYSTEM = deny("system_only", _("The system does this itself."))
_NO_OFFICER = deny("not_an_officer", _("Only a data officer can ask for data for her department."))
_PROVIDER = deny("own_resource", _("Your own department provides this resource; there is nothing to ask for."))

_CEILING_ASKED = frozenset({"submit", "consent", "approve", "open"})
_BY_REQUESTER = {"edit": (Duty.DATA_OFFICER,), "submit": (Duty.DATA_OFFICER,), "withdraw": STAFF}
_READS = frozenset({"read", "use"})


def visible(actor: Actor) -> Q:
    """Say which requests an actor may see: her department's; those sent to a provider she serves or coordinates."""
    if not actor.is_official:
        return _NOBODY
    sent = Q(provider__in=actor.departments(*STAFF)) | Q(provider__region__in=actor.coordinated_regions)
    return Q(requester__in=actor.departments()) | (Q(sent_at__isnull=False) & sent)


def visible_grants(actor: Actor) -> Q:
    """Say which grants an actor may see: those her department holds or gave as provider, or that she coordinates."""
    if not actor.is_official:
        return _NOBODY
    return (
        Q(grantee__in=actor.departments())
        | Q(provider__in=actor.departments(*STAFF))
        | Q(provider__region__in=actor.coordinated_regions)
    )


def waits_for(actor: Actor) -> Q:
    """Say which requests wait for an act of this actor: to complete, to consent to, to decide."""
    if not actor.is_official:
        return _NOBODY
    completing = Q(state__in=("draft", "returned"), applicant=actor.user_id)
    consenting = Q(state="consent_pending", requester__in=actor.departments(Duty.OFFICE_HEAD))
    deciding = Q(state="with_provider", provider__in=actor.departments(*STAFF)) & ~Q(consented_by=actor.user_id)
    return completing | ((consenting | deciding) & ~Q(applicant=actor.user_id))


def decide(actor: Actor, action: str, obj: Request | Grant | Delivery | Resource) -> Decision:
    """Say whether an actor may do ``action``.

    To a resource: ``request``. To a request: ``read`` and the verbs of its table. To a grant: ``read``, ``use``
    (take rows) and the verbs of its table. To a delivery: the verbs of its table, by the system alone.
    """
    if isinstance(obj, Delivery):
        return ALLOW if actor.is_system else _SYSTEM
    if not (actor.is_official or actor.is_system):
        return _INACTIVE
    if not actor.has_scope("sharing:read" if action in _READS else "sharing:write"):
        return _SCOPE_READ if action in _READS else _SCOPE_WRITE
    if isinstance(obj, Resource):
        return _decide_resource(actor, obj)
    if isinstance(obj, Grant):
        return _decide_grant(actor, action, obj)
    return _decide_request(actor, action, obj)


def shareable(item: Item) -> bool:
    """Say whether an item may be shared at all: its grade under its sharing attribute (the ceiling)."""
    return may_share(item.grade, item.sharing_type)


def chosen(resource: Resource, codes: Iterable[str]) -> list[Item]:
    """Return the items of a resource with these column names, in the resource's order (1 query unless prefetched)."""
    wanted = set(codes)
    return [item for item in resource.items.all() if item.code in wanted]


def _decide_resource(actor: Actor, resource: Resource) -> Decision:
    if not stands_in_catalog(resource):
        return _WITHDRAWN
    offices = actor.departments(Duty.DATA_OFFICER)
    if not offices:
        return _NO_OFFICER
    return ALLOW if offices - {resource.provider_id} else _PROVIDER


def _decide_request(actor: Actor, action: str, request: Request) -> Decision:
    if action == "read":
        return ALLOW if _may_read(actor, request) else _NOT_YOURS
    if action in _CEILING_ASKED:
        if not _within_ceiling(request):
            return _CEILING
        if not stands_in_catalog(request.resource):
            return _WITHDRAWN
    if actor.is_system or action == "open":
        return _decide_system(actor, action, request)
    return _decide_by_duty(actor, action, request)


def _decide_by_duty(actor: Actor, action: str, request: Request) -> Decision:
    if action in _BY_REQUESTER:
        return _by_duty(actor, request.requester_id, *_BY_REQUESTER[action])
    if action == "extend":
        return ALLOW if actor.coordinates(request.provider.region_id) else _NOT_YOURS
    if _is_internal(action, request):
        return _decide_other(actor, request, request.requester_id, Duty.OFFICE_HEAD)
    if action == "return" and request.was_returned:
        return _RETURNED
    return _decide_other(actor, request, request.provider_id, *STAFF)


def _is_internal(action: str, request: Request) -> bool:
    """Say whether an act is the own office head's, before the request leaves the department."""
    return action == "consent" or (action == "return" and request.state == "consent_pending")


def _within_ceiling(request: Request) -> bool:
    return all(shareable(item) for item in chosen(request.resource, request.granted_items or request.items))


def _may_read(actor: Actor, request: Request) -> bool:
    if request.requester_id in actor.departments():
        return True
    is_decider = request.provider_id in actor.departments(*STAFF) or actor.coordinates(request.provider.region_id)
    return request.sent_at is not None and is_decider


def _decide_system(actor: Actor, action: str, request: Request) -> Decision:
    """The system opens what was approved, and approves what is unconditional (Order 809 art 15), nothing else."""
    if not actor.is_system:
        return _SYSTEM
    if action == "approve":
        return ALLOW if is_unconditional(request) else _NOT_YOURS
    return ALLOW if action == "open" else _NOT_YOURS


def is_unconditional(request: Request) -> bool:
    """Say whether every item asked for is shared unconditionally, so that no further condition may be set."""
    items = chosen(request.resource, request.items)
    return bool(items) and all(item.sharing_type == SharingType.UNCONDITIONAL for item in items)


def _by_duty(actor: Actor, department_id: int, *duties: Duty) -> Decision:
    return ALLOW if department_id in actor.departments(*duties) else _NOT_YOURS


def _decide_other(actor: Actor, request: Request, department_id: int, *duties: Duty) -> Decision:
    """Allow by duty, but never to who asked, nor to the provider's side to who consented for the requester."""
    own = (
        {request.applicant_id}
        if department_id == request.requester_id
        else {request.applicant_id, request.consented_by_id}
    )
    if actor.user_id in own and department_id in actor.departments(*duties):
        return _OWN
    return _by_duty(actor, department_id, *duties)


def _decide_grant(actor: Actor, action: str, grant: Grant) -> Decision:
    if action == "use":
        return _decide_use(actor, grant)
    if action == "expire" or actor.is_system:
        return ALLOW if actor.is_system and action == "expire" else _SYSTEM
    is_provider = grant.provider_id in actor.departments(*STAFF) or actor.coordinates(grant.provider.region_id)
    if action == "read":
        return ALLOW if is_provider or grant.grantee_id in actor.departments() else _NOT_YOURS
    if action == "resume" and not grant.is_within_time():
        return deny("expired", _("The time of this grant is over; a new request is needed."))
    if action == "terminate" and grant.grantee_id in actor.departments(*STAFF):
        return ALLOW
    return ALLOW if is_provider else _NOT_YOURS


def _decide_use(actor: Actor, grant: Grant) -> Decision:
    items = chosen(grant.resource, [column["name"] for column in grant.plan["columns"]])
    if not any(shareable(item) for item in items):
        return _CEILING
    if max((item.grade for item in items if shareable(item)), default=0) > actor.clearance:
        return _CLEARANCE
    if not stands_in_catalog(grant.resource):
        return _WITHDRAWN
    if grant.standing_state != "active":
        return deny(f"grant_{grant.standing_state}", _("This grant does not give rows now: it is suspended or ended."))
    if not grant.is_within_time():
        return deny("grant_not_yet", _("The time of this grant has not begun."))
    return _by_duty(actor, grant.grantee_id, *STAFF)


def people_who_can(action: str, obj: Request | Grant) -> QuerySet[User]:
    """Name the people who may do ``action``, by duty; who may not decide on a request of one's own is left out."""
    if isinstance(obj, Grant):
        return people_with(*STAFF, departments=[obj.grantee_id if action == "use" else obj.provider_id])
    if action in _BY_REQUESTER:
        return people_with(*_BY_REQUESTER[action], departments=[obj.requester_id])
    if action == "extend":
        return coordinators_of(obj.provider.region_id)
    if _is_internal(action, obj):
        return people_with(Duty.OFFICE_HEAD, departments=[obj.requester_id]).exclude(pk=obj.applicant_id)
    own = [pk for pk in (obj.applicant_id, obj.consented_by_id) if pk]
    return people_with(*STAFF, departments=[obj.provider_id]).exclude(pk__in=own)
