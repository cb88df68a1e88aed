"""Who may see and change what the catalogue describes.

The order is fixed: actor, classification ceiling, state, duty, personal exception, no (house.md §5).
"""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from catalog.models import Resource, ResourceGrant
from catalog.workflow import RESOURCES
from portal.accounts.grants import granted, has_grant
from portal.accounts.models import Department, User
from portal.accounts.people import coordinators_of, people_with
from portal.kernel.actors import Actor, Duty
from portal.kernel.classification import Grade
from portal.kernel.decisions import ALLOW, Decision, deny

EXCEPTION = "use_resource"
#: States in which a personal exception shows a resource to somebody outside its department.
_OPEN_TO_EXCEPTIONS = frozenset({"submitted", "in_review", "returned", "published", "suspended"})
_VERB_SOURCES = {row.verb: frozenset(row.sources) for row in RESOURCES.transitions}
_ACTION_SOURCES = _VERB_SOURCES | {
    "edit": frozenset({"draft", "returned"}),
    "attach_assessment": frozenset(RESOURCES.states) - {"retired"},
    "upload": frozenset({"draft", "returned", "published"}),
}
_OUT_OF_CATALOG = frozenset({"suspended", "retired"})
OFFICER, HEAD, COORDINATOR = "officer", "head", "coordinator"
#: Action → state (or any) → the duties that may do it.
_DUTIES: dict[str, frozenset[str]] = {
    "edit": frozenset({OFFICER}),
    "upload": frozenset({OFFICER}),
    "submit": frozenset({OFFICER}),
    "withdraw": frozenset({OFFICER}),
    "approve": frozenset({HEAD}),
    "publish": frozenset({COORDINATOR}),
    "amend": frozenset({OFFICER, HEAD}),
    "suspend": frozenset({HEAD, COORDINATOR}),
    "resume": frozenset({HEAD, COORDINATOR}),
    "attach_assessment": frozenset({OFFICER}),
    "approve_assessment": frozenset({HEAD}),
    "preview_rows": frozenset({OFFICER, HEAD}),
    "give_exception": frozenset({HEAD}),
    "serve": frozenset({OFFICER, HEAD}),
}
_NOT_BY_SUBMITTER = frozenset({"approve", "publish"})
_NOT_A_KEEPER = deny(
    "not_a_keeper", _("How it was prepared and reviewed is for the provider and its data authority only.")
)


def stands_in_catalog(resource: Resource) -> bool:
    """Say whether a resource was published and is neither suspended nor retired since.

    An amendment under way does not touch it: a provider may not stop a service without cause (Order 809 art 27).
    """
    return resource.published_at is not None and resource.state not in _OUT_OF_CATALOG


def standing_in_catalog(path: str = "") -> Q:
    """Return what ``stands_in_catalog`` says, for a query on rows from which ``path`` leads to the resource."""
    return Q(**{f"{path}published_at__isnull": False}) & ~Q(**{f"{path}state__in": _OUT_OF_CATALOG})


def nobody(actor: Actor) -> Decision | None:
    """Refuse whoever is neither the system nor an active official; None lets the other rules decide."""
    if actor.is_system or actor.is_official:
        return None
    return deny("not_signed_in", _("Only active officials may do this."))


def _highest_grade(actor: Actor) -> int:
    """Return the highest grade an outsider may see; important and core data never leave their keepers."""
    return min(int(actor.clearance), int(Grade.GENERAL_4))


def visible(actor: Actor) -> Q:
    """Return which resources ``actor`` may see in the internal catalogue.

    Published ones are for every official within the ceiling; all others for the provider's members and, once
    they have been in review, for the coordinator of the provider's region; personal exceptions come last.
    Visitors see none here: the public reads open editions.
    """
    if actor.is_system:
        return Q()
    if not actor.is_official:
        return Q(pk__in=[])
    keeper = Q(provider_id__in=actor.departments())
    if actor.coordinated_regions:  # for everybody else the provider need not be joined
        reviewed = Q(state="in_review") | Q(published_at__isnull=False)
        keeper |= Q(provider__region_id__in=actor.coordinated_regions) & reviewed
    exception = Q(state__in=_OPEN_TO_EXCEPTIONS) & Q(granted(actor, ResourceGrant, EXCEPTION))
    return keeper | (Q(grade__lte=_highest_grade(actor)) & (Q(state="published") | exception))


def coordinates(actor: Actor, resource: Resource) -> bool:
    """Say whether the actor coordinates the region of the provider."""
    return bool(actor.coordinated_regions) and actor.coordinates(resource.provider.region_id)


def sees(actor: Actor, resource: Resource) -> bool:
    """Say of one resource what ``visible`` says of many."""
    if actor.is_system or resource.provider_id in actor.departments():
        return True
    was_reviewed = resource.state == "in_review" or resource.published_at is not None
    if was_reviewed and coordinates(actor, resource):
        return True
    if resource.grade > _highest_grade(actor):
        return False
    if resource.state == "published":
        return True
    return resource.state in _OPEN_TO_EXCEPTIONS and has_grant(actor, ResourceGrant, EXCEPTION, resource)


def keeps(actor: Actor, resource: Resource) -> bool:
    """Say whether the actor belongs to the provider or coordinates its region."""
    return actor.is_system or resource.provider_id in actor.departments() or coordinates(actor, resource)


def _duties_for(action: str, resource: Resource) -> frozenset[str]:
    if action == "return":
        return frozenset({HEAD if resource.state == "submitted" else COORDINATOR})
    if action == "retire":
        return frozenset({HEAD} if resource.published_at else {OFFICER, HEAD})
    return _DUTIES.get(action, frozenset())


def _worked_on(action: str, resource: Resource) -> str:
    """Return the state that counts: whoever edits a published resource edits its open amendment."""
    return resource.amendment.state if action == "edit" and resource.amendment else resource.state


def has_duty(actor: Actor, duties: frozenset[str], resource: Resource) -> bool:
    """Say whether the actor holds one of ``duties`` for a resource."""
    return (
        (OFFICER in duties and actor.holds(Duty.DATA_OFFICER, resource.provider_id))
        or (HEAD in duties and actor.holds(Duty.OFFICE_HEAD, resource.provider_id))
        or (COORDINATOR in duties and coordinates(actor, resource))
    )


def decide(actor: Actor, action: str, obj: Resource) -> Decision:
    """Decide one action on one resource.

    ``view``; ``history`` (the timeline with its reasons, and what changed between submissions); ``edit``, ``upload``,
    ``preview_rows``, ``give_exception``, ``serve`` or a verb of the table.
    """
    if (refusal := nobody(actor)) is not None:  # a refusal is false by itself
        return refusal
    if not sees(actor, obj):
        return deny("not_visible", _("This resource is not open to you."))
    if action in {"view", "history"}:
        return ALLOW if action == "view" or keeps(actor, obj) else _NOT_A_KEEPER
    if action == "preview_rows" and obj.grade > _highest_grade(actor):
        return deny("above_clearance", _("The grade of this data is above your clearance."))
    state = _worked_on(action, obj)
    if state not in _ACTION_SOURCES.get(action, {state}):
        return deny("wrong_state", _("This cannot be done in the present state of the resource."))
    if not has_duty(actor, _duties_for(action, obj), obj):
        return deny("no_duty", _("This needs a duty that you do not hold for this resource."))
    return _decide_submitted(actor, action, obj)


def _decide_submitted(actor: Actor, action: str, obj: Resource) -> Decision:
    """Decide what depends on who submitted, and on whether an amendment is open."""
    if action == "amend" and obj.amendment_id:
        return deny("amendment_open", _("An amendment of this resource is already in work."))
    if action in _NOT_BY_SUBMITTER and actor.user_id == obj.submitted_by_id:
        return deny("own_submission", _("Whoever submitted a resource cannot decide on it."))
    return ALLOW


def decide_create(actor: Actor, department_id: int) -> Decision:
    """Decide whether ``actor`` may register a resource of a department."""
    if (refusal := nobody(actor)) is not None:  # a refusal is false by itself
        return refusal
    if not actor.holds(Duty.DATA_OFFICER, department_id):
        return deny("no_duty", _("Only a data officer of the department may register its resources."))
    return ALLOW


def people_who_can(action: str, obj: Resource) -> QuerySet[User]:
    """Return the people whose duty lets them do ``action`` to ``obj`` in its present state."""
    people = people_holding(_duties_for(action, obj), obj)
    return people.exclude(pk=obj.submitted_by_id or 0) if action in _NOT_BY_SUBMITTER else people


def people_holding(duties: frozenset[str], obj: Resource) -> QuerySet[User]:
    """Return the people who hold any of ``duties`` for a resource."""
    wanted = [duty for key, duty in ((OFFICER, Duty.DATA_OFFICER), (HEAD, Duty.OFFICE_HEAD)) if key in duties]
    found = Q(pk__in=[])
    if wanted:
        found |= Q(pk__in=people_with(*wanted, departments=[obj.provider_id]).values("pk"))
    if COORDINATOR in duties:
        found |= Q(pk__in=coordinators_of(obj.provider.region_id).values("pk"))
    return User.objects.filter(found)


def departments_to_register_for(actor: Actor) -> QuerySet[Department]:
    """Return the departments for which ``actor`` may register resources."""
    return Department.objects.filter(pk__in=actor.departments(Duty.DATA_OFFICER), is_active=True)
