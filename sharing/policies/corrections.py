"""Who may file, see and answer corrections (State Council Order 809 art 26).

Order of every answer: actor active, scope, right on the grant or clearance, state of the object, duty, no.
"""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.accounts.people import coordinators_of, people_with
from portal.kernel.actors import Actor
from portal.kernel.decisions import ALLOW, Decision, deny
from sharing.models import Correction, CorrectionReceipt, Grant
from sharing.policies.requests import STAFF, decide
from sharing.workflow import CORRECTIONS

_NOBODY = Q(pk__in=())
_INACTIVE = deny("inactive", _("Your account or department is not active."))
_SCOPE_READ = deny("scope_missing", _("This key does not carry the scope “sharing:read”."))
_SCOPE_WRITE = deny("scope_missing", _("This key does not carry the scope “sharing:write”."))
_NOT_YOURS = deny("duty_missing", _("This is for somebody with another duty or in another department."))
_OWN = deny("own_correction", _("Nobody answers a correction of one's own: somebody else of the provider has to."))
_STATE = deny("wrong_state", _("This cannot be done in the present state of the correction."))
_CLEARANCE = deny("clearance", _("Your clearance does not reach the grade of these items."))

_SOURCES = {row.verb: frozenset(row.sources) for row in CORRECTIONS.transitions}
_OPEN = frozenset(CORRECTIONS.states) - CORRECTIONS.final
_READS = frozenset({"read", "values"})
_ADDING = frozenset({"filed", "verifying"})


def visible_corrections(actor: Actor) -> Q:
    """Say which corrections an actor may see: of her department, its provider's, of a region she coordinates, and
    those of which her department was told as another holder of the rows.
    """
    if not actor.is_official:
        return _NOBODY
    told = CorrectionReceipt.objects.filter(grant__grantee__in=actor.departments())
    return (
        Q(department__in=actor.departments())
        | Q(provider__in=actor.departments(*STAFF))
        | Q(provider__region__in=actor.coordinated_regions)
        | Q(pk__in=told.values("correction"))
    )


def waiting_corrections(actor: Actor) -> Q:
    """Say which corrections wait for an act of this actor: as the provider, or to take note as another holder."""
    if not actor.is_official:
        return _NOBODY
    offices = actor.departments(*STAFF)
    unread = CorrectionReceipt.objects.filter(grant__grantee__in=offices, confirmed_at=None)
    answering = Q(state__in=_OPEN, provider__in=offices) & ~Q(filer=actor.user_id)
    return answering | Q(pk__in=unread.values("correction"))


def decide_report(actor: Actor, grant: Grant) -> Decision:
    """Say whether an actor may file a correction by a grant: whoever may use its rows now, and write."""
    decision = decide(actor, "use", grant)
    if decision and not actor.has_scope("sharing:write"):
        return _SCOPE_WRITE
    return decision


def decide_correction(actor: Actor, action: str, obj: Correction) -> Decision:
    """Say whether an actor may do ``action`` to a correction.

    ``read``; ``values`` (see rows, values and evidence: both sides' staff, within their clearance); ``attach`` (add
    evidence); ``receive`` (take note as another holder); the verbs of its table. The system only closes.
    """
    if actor.is_system:
        return ALLOW if action == "correct" and obj.state == "confirmed" else _NOT_YOURS
    if not actor.is_official:
        return _INACTIVE
    if not actor.has_scope("sharing:read" if action in _READS else "sharing:write"):
        return _SCOPE_READ if action in _READS else _SCOPE_WRITE
    if action == "read":
        return ALLOW if _may_read(actor, obj) else _NOT_YOURS
    if action == "values":
        return _decide_values(actor, obj)
    if action == "receive":
        offices = actor.departments(*STAFF)
        waits = any(receipt.grant.grantee_id in offices and not receipt.confirmed_at for receipt in obj.receipts.all())
        return ALLOW if waits else _NOT_YOURS
    return _decide_verb(actor, action, obj)


def _decide_verb(actor: Actor, action: str, obj: Correction) -> Decision:
    if obj.state not in (_ADDING if action == "attach" else _SOURCES.get(action, ())):
        return _STATE
    if action in {"attach", "withdraw"}:
        return ALLOW if obj.department_id in actor.departments(*STAFF) else _NOT_YOURS
    if obj.provider_id not in actor.departments(*STAFF):
        return _NOT_YOURS
    return _OWN if obj.filer_id == actor.user_id else ALLOW


def _may_read(actor: Actor, obj: Correction) -> bool:
    if obj.department_id in actor.departments() or obj.provider_id in actor.departments(*STAFF):
        return True
    if actor.coordinates(obj.provider.region_id):
        return True
    return any(receipt.grant.grantee_id in actor.departments() for receipt in obj.receipts.all())


def _decide_values(actor: Actor, obj: Correction) -> Decision:
    if not actor.departments(*STAFF) & {obj.department_id, obj.provider_id}:
        return _NOT_YOURS
    return ALLOW if _named_grade(obj) <= actor.clearance else _CLEARANCE


def _named_grade(obj: Correction) -> int:
    """Return the highest grade among the items that the lines name; the resource's where one is not declared."""
    grades = {item.column_id: item.grade for item in obj.resource.items.all()}
    named = {name for line in obj.lines.all() for name in (*line.key, line.column_id)}
    return max((grades.get(name, obj.resource.grade) for name in named), default=obj.resource.grade)


def people_for_correction(action: str, obj: Correction) -> QuerySet[User]:
    """Name the people who may do ``action``: ``receive`` the other holders', ``withdraw`` the reporting side,
    ``oversee`` the coordinators of the provider's region, every other verb the provider's side.
    """
    if action == "receive":
        return people_with(*STAFF, departments=[receipt.grant.grantee_id for receipt in obj.receipts.all()])
    if action == "oversee":
        return coordinators_of(obj.provider.region_id)
    if action in {"withdraw", "attach"}:
        return people_with(*STAFF, departments=[obj.department_id] if obj.department_id else [])
    return people_with(*STAFF, departments=[obj.provider_id]).exclude(pk=obj.filer_id or 0)
