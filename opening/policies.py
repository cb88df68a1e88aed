"""Who may see and do what in opening; the order of house.md §5, the default is no."""

from collections.abc import Callable

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from catalog.models import Item, Resource
from catalog.policies import standing_in_catalog, stands_in_catalog
from opening.models import Publication
from portal.accounts.models import User
from portal.accounts.people import coordinators_of, people_with
from portal.kernel.actors import Actor, Duty
from portal.kernel.classification import HIGHEST_OPENED_UNCONDITIONALLY, OpeningType, may_open
from portal.kernel.decisions import ALLOW, Decision, deny
from portal.kernel.errors import Text

#: What a key must carry to write here.
WRITE_SCOPE = "opening:write"
#: What a key must carry to see more than the public.
READ_SCOPE = "opening:read"
PREPARING = frozenset({"create", "edit", "submit"})
RELEASING = frozenset({"publish", "return"})
#: What a receiver or a task does in the name of the system.
SYSTEM_ACTS = frozenset({"read", "suspend"})


def open_to_all() -> Q:
    """Return which editions the public may read: released, still in the catalogue, no item above the ceiling."""
    closed = Item.objects.filter(publications=OuterRef("pk")).exclude(
        opening_type=OpeningType.UNCONDITIONAL, grade__lte=HIGHEST_OPENED_UNCONDITIONALLY
    )
    return Q(state="published") & standing_in_catalog("resource__") & ~Q(Exists(closed))


def visible(actor: Actor) -> Q:
    """Return which editions ``actor`` may see: open ones, and all of the own department or coordinated region."""
    if actor.is_system:
        return Q()
    if not actor.is_official:
        return open_to_all()
    return open_to_all() | manageable(actor)


def manageable(actor: Actor) -> Q:
    """Return the editions of the departments the actor stands in and of the regions she coordinates."""
    if not (actor.is_official and _reads_more(actor)):
        return Q(pk__in=[])
    own = actor.departments(Duty.DATA_OFFICER, Duty.OFFICE_HEAD)
    return Q(resource__provider_id__in=own) | Q(resource__provider__region_id__in=actor.coordinated_regions)


def _reads_more(actor: Actor) -> bool:
    """Say whether the key in use, if any, reads here at all; without that it sees what everybody sees."""
    return actor.has_scope(READ_SCOPE) or actor.has_scope(WRITE_SCOPE)


def why_not_open(item: Item) -> Text | None:
    """Say why an item may not be opened unconditionally; None when it may."""
    if item.opening_type == OpeningType.NOT_OPEN:
        return _("The catalog marks it as not open.")
    if item.opening_type == OpeningType.CONDITIONAL:
        return _("The catalog opens it only under conditions, on application.")
    if not may_open(item.grade, OpeningType.UNCONDITIONAL):
        return _("Its grade does not allow unconditional opening.")
    return None


def openable_from(actor: Actor) -> Q:
    """Return the resources of which the actor may prepare an edition."""
    if not (actor.is_official and actor.has_scope(WRITE_SCOPE)):
        return Q(pk__in=[])
    return Q(provider_id__in=actor.departments(Duty.DATA_OFFICER)) & standing_in_catalog()


def decide(actor: Actor, action: str, obj: Publication | Resource) -> Decision:
    """Decide on a verb of the table, on ``edit`` and ``read`` of an edition, or on ``create`` from a resource."""
    if not actor.is_active:
        return deny("inactive", _("This account is not active."))
    if isinstance(obj, Resource):
        return _decide_create(actor, obj)
    if action == "read":
        return _decide_read(actor, obj)
    if actor.is_system:
        return ALLOW if action in SYSTEM_ACTS else deny("not_for_system", _("A person must do this."))
    if not actor.is_official:
        return deny("not_signed_in", _("Please sign in as an official."))
    if not actor.has_scope(WRITE_SCOPE):
        return deny("scope_missing", _("This key does not carry the scope opening:write."))
    if action == "publish" and _over_ceiling(obj):
        return _CEILING
    return _decide_duty(actor, action, obj)


_CEILING = deny("ceiling", _("At least one chosen item may not be opened unconditionally."))


def _over_ceiling(obj: Publication) -> bool:
    """Say whether the plan holds a column without an item that may be opened today."""
    may_leave = {item.code for item in obj.items.all() if why_not_open(item) is None}
    return not {column["name"] for column in obj.plan.get("columns", ())} <= may_leave


def _decide_read(actor: Actor, obj: Publication) -> Decision:
    if _over_ceiling(obj):
        return _CEILING
    if obj.state == "published":
        if stands_in_catalog(obj.resource):
            return ALLOW
        return deny("resource_not_published", _("The resource behind this edition is not published at present."))
    if actor.is_system or manages(actor, obj):
        return ALLOW
    return deny("not_open", _("This edition is not open."))


def manages(actor: Actor, obj: Publication) -> bool:
    """Say of one edition what ``manageable`` says of many."""
    provider = obj.resource.provider
    return (actor.is_official and _reads_more(actor)) and (
        actor.holds(Duty.DATA_OFFICER, provider.pk)
        or actor.holds(Duty.OFFICE_HEAD, provider.pk)
        or actor.coordinates(provider.region_id)
    )


def _decide_create(actor: Actor, resource: Resource) -> Decision:
    if not actor.is_official:
        return deny("not_signed_in", _("Please sign in as an official."))
    if not actor.has_scope(WRITE_SCOPE):
        return deny("scope_missing", _("This key does not carry the scope opening:write."))
    if not stands_in_catalog(resource):
        return deny("resource_not_published", _("Only a resource published in the catalog can be opened."))
    if actor.holds(Duty.DATA_OFFICER, resource.provider_id):
        return ALLOW
    return deny("duty_missing", _("A data officer of the providing department prepares an edition."))


def _decide_duty(actor: Actor, action: str, obj: Publication) -> Decision:
    provider = obj.resource.provider
    prepares = actor.holds(Duty.DATA_OFFICER, provider.pk)
    releases = actor.holds(Duty.OFFICE_HEAD, provider.pk) or actor.coordinates(provider.region_id)
    if action in RELEASING and releases and obj.submitted_by_id == actor.user_id:
        return deny("own_submission", _("You submitted this edition; another person must release it."))
    rule = _DUTIES.get(action)
    if rule is not None and rule(prepares, releases, obj):
        return ALLOW
    return deny("duty_missing", _("Your duties do not include this."))


def _by_preparer(prepares: bool, releases: bool, obj: Publication) -> bool:  # noqa: FBT001 - one shape for all rules
    return prepares


def _by_releaser(prepares: bool, releases: bool, obj: Publication) -> bool:  # noqa: FBT001 - one shape for all rules
    return releases


def _by_either(prepares: bool, releases: bool, obj: Publication) -> bool:  # noqa: FBT001 - one shape for all rules
    return prepares or releases


def _withdrawing(prepares: bool, releases: bool, obj: Publication) -> bool:  # noqa: FBT001 - one shape for all rules
    """A draft may be dropped by who prepares it; what was released is withdrawn by who releases."""
    return releases or (prepares and obj.published_at is None)


_DUTIES: dict[str, Callable[[bool, bool, Publication], bool]] = {
    "edit": _by_preparer,
    "submit": _by_preparer,
    "publish": _by_releaser,
    "return": _by_releaser,
    "suspend": _by_either,
    "resume": _by_releaser,
    "revise": _by_either,
    "withdraw": _withdrawing,
}


def people_who_can(action: str, obj: Publication) -> QuerySet[User]:
    """Return the people whose duties include ``action`` on this edition; the submitter is left out of releasing."""
    provider = obj.resource.provider
    preparers = people_with(Duty.DATA_OFFICER, departments=[provider.pk])
    releasers = people_with(Duty.OFFICE_HEAD, departments=[provider.pk]) | coordinators_of(provider.region_id)
    if action in PREPARING:
        return preparers
    if action in {"suspend", "revise"} or (action == "withdraw" and obj.published_at is None):
        return preparers | releasers
    if action in RELEASING and obj.submitted_by_id is not None:
        return releasers.exclude(pk=obj.submitted_by_id)
    return releasers
