"""Writes on grants: opened by the system after an approval, suspended, resumed, terminated, expired."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from catalog.data.plan import DeliveryPlan
from catalog.data.schema import columns_from_json
from catalog.messages import worded_message
from portal.audit.record import record
from portal.audit.wording import Wording, kept_of
from portal.kernel.actors import Actor
from portal.workflow.move import move
from portal.workflow.numbers import next_number
from sharing import policies, signals
from sharing.models import Delivery, Grant, Request
from sharing.services.plans import build_plan, plan_today, problem_of
from sharing.workflow import DELIVERIES, GRANTS, REQUESTS


@transaction.atomic
def open_grant(actor: Actor, *, request: Request) -> Grant:
    """Make the grant of an approved request and get its first delivery ready; safe to run twice.

    The request is delivered when the plan fits the resource's current version; until then it stays approved, and the
    sweep tries again when there is another version. Locks the request. Emits ``request_moved``.
    Raises ``TransitionRefused`` when the request is not approved, ``NotAllowed`` when not called by the system.
    """
    locked = Request.objects.select_for_update().get(pk=request.pk)
    grant = Grant.objects.filter(request=locked).first()
    if grant is not None and locked.state == "delivered":
        return grant
    if locked.state == "approved" and policies.decide(actor, "open", locked):
        grant = grant or _make_grant(actor, locked)
        if not _prepare(actor, grant):
            return grant
    move(
        REQUESTS,
        actor,
        locked,
        "open",
        decide=policies.decide,
        fields={"updated_at": timezone.now()},
        details={"grant": grant.number if grant else ""},
        signal=signals.request_moved,
    )
    return Grant.objects.get(request=locked)


def _make_grant(actor: Actor, request: Request) -> Grant:
    plan = build_plan(policies.chosen(request.resource, request.granted_items), request.rows)
    today = timezone.localdate()
    grant = Grant.objects.create(
        number=next_number("SQ"),
        request=request,
        resource=request.resource,
        grantee_id=request.requester_id,
        provider_id=request.provider_id,
        schema_name=request.provider.slug,
        plan=plan.to_json(),
        plan_hash=plan.hash,
        purpose=request.title,
        method=request.method,
        valid_from=today,
        valid_until=max(request.valid_until or today, today),
    )
    record(
        actor,
        action=f"{GRANTS.name}.open",
        obj=grant,
        details={"request": request.number, "plan": plan.hash, "until": str(grant.valid_until)},
    )
    return grant


def _prepare(actor: Actor, grant: Grant) -> bool:
    """Record the delivery of the current version; says whether it is ready. A failed one is not tried again."""
    delivery, is_new = Delivery.objects.get_or_create(grant=grant, version=grant.resource.current_version)
    if not is_new:
        return delivery.state == "ready"
    problem = _problem(grant)
    fields = {"problem": problem, "wording": kept_of(problem), "finished_at": timezone.now()}
    verb = "fail" if problem else "finish"
    move(DELIVERIES, actor, delivery, verb, decide=policies.decide, reason=problem, fields=fields)
    return not problem


def _problem(grant: Grant) -> str:
    version = grant.resource.current_version
    if version is None:
        return Wording(gettext_noop("The resource has no data yet."))
    columns = columns_from_json(version.columns)
    plan = plan_today(DeliveryPlan.from_json(grant.plan), grant.resource.items.all(), [c.name for c in columns])
    if plan is None:
        return Wording(gettext_noop("No granted item is in the current version."))
    problem = problem_of(plan, columns)
    if problem is None:
        return ""
    why = worded_message(problem.code, problem.params)
    return Wording(gettext_noop("The plan does not fit the current version: %(why)s"), why=why)


def _move(actor: Actor, grant: Grant, verb: str, reason: str = "") -> Grant:
    return move(
        GRANTS,
        actor,
        grant,
        verb,
        decide=policies.decide,
        reason=reason,
        fields={"updated_at": timezone.now()},
        details={"request": grant.request.number},
        signal=signals.grant_moved,
    )


def suspend_grant(actor: Actor, *, grant: Grant, reason: str) -> Grant:
    """Stop a grant until it is resumed, for a stated cause such as misuse (Order 809 art 27).

    From the commit on, and within a running stream, it gives nothing. Emits ``grant_moved``. Raises ``ReasonMissing``.
    """
    return _move(actor, grant, "suspend", reason)


def resume_grant(actor: Actor, *, grant: Grant, reason: str) -> Grant:
    """Let a suspended grant give rows again until its last day. Emits ``grant_moved``."""
    return _move(actor, grant, "resume", reason)


def terminate_grant(actor: Actor, *, grant: Grant, reason: str) -> Grant:
    """End a grant for good: the provider's side for a cause, the receiver when the purpose is reached (art 27)."""
    return _move(actor, grant, "terminate", reason)


def expire_grants(actor: Actor, *, today: date | None = None) -> int:
    """Expire every grant whose last day has passed; returns how many. The gate refused them already since that day."""
    over = Grant.objects.filter(state__in=("active", "suspended"), valid_until__lt=today or timezone.localdate())
    expired = 0
    for grant in over.select_related("request", "provider"):
        _move(actor, grant, "expire")
        expired += 1
    return expired
