"""Writes on requests: from the draft to the decision (State Council Order 809 arts 20 and 21)."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any, cast

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import Resource
from portal.audit.record import record
from portal.kernel.actors import Actor, Duty, system_actor
from portal.kernel.errors import Invalid, NotAllowed, ReasonMissing
from portal.workflow import deadlines
from portal.workflow.attempts import record_attempt
from portal.workflow.move import move
from portal.workflow.numbers import next_number
from portal.workflow.snapshots import take_snapshot
from sharing import policies, signals
from sharing.models import Request
from sharing.selectors.content import content_of
from sharing.services.checks import check_complete, check_items, check_rows
from sharing.workflow import LONGEST_EXTENSION, REPLY_CONDITIONAL, REPLY_UNCONDITIONAL, REQUESTS

Rows = Iterable[Mapping[str, Any]]
_EDITABLE = frozenset({"title", "items", "legal_basis", "use_scenario", "scope", "rows", "method", "valid_until"})


def _move(actor: Actor, request: Request, verb: str, *, reason: str = "", **fields: Any) -> Request:
    fields["updated_at"] = timezone.now()
    return move(
        REQUESTS,
        actor,
        request,
        verb,
        decide=policies.decide,
        reason=reason,
        fields=fields,
        signal=signals.request_moved,
    )


@contextmanager
def _whole(actor: Actor, request: Request, verb: str) -> Iterator[None]:
    """Make several writes one; the record of a refused attempt, rolled back with them, is written again."""
    try:
        with transaction.atomic():
            yield
    except NotAllowed as refusal:
        record_attempt(actor, action=f"{REQUESTS.name}.{verb}", obj=request, refusal=refusal)
        raise


def _checked(resource: Resource, fields: dict[str, Any]) -> dict[str, Any]:
    if unknown := set(fields) - _EDITABLE:
        raise Invalid(fields={name: [_("This cannot be set.")] for name in sorted(unknown)})
    if "items" in fields:
        fields["items"] = check_items(resource, fields["items"])
    if "rows" in fields:
        fields["rows"] = check_rows(resource, fields["rows"])
    return fields


@transaction.atomic
def draft_request(
    actor: Actor,
    *,
    resource: Resource,
    title: str = "",
    items: Iterable[str] = (),
    legal_basis: str = "",
    use_scenario: str = "",
    scope: str = "",
    rows: Rows = (),
    method: str = "file",
    valid_until: date | None = None,
    department_id: int | None = None,
) -> Request:
    """Write a draft for a department in which the actor is data officer.

    Without ``department_id`` it is the first of them that is not the provider.

    ``items`` are column names of the resource; ``rows`` conditions ``{"item", "op", "value"}``. Gaps are allowed.
    Writes the request under its number and an audit entry ``sharing.request.draft``.
    Raises ``NotAllowed``; ``Invalid`` for the provider's own department, unknown items, and items that are not
    shared, with the stated basis (Order 809 art 14).
    """
    if not (decision := policies.decide(actor, "request", resource)):
        if decision.code == "own_resource":
            raise Invalid(decision.reason, code=decision.code)
        raise NotAllowed(decision.reason, code=decision.code)
    fields = _checked(resource, {"items": items, "rows": rows})
    request = Request.objects.create(
        number=next_number("GX"),
        resource=resource,
        provider_id=resource.provider_id,
        requester_id=_requester(actor, resource, department_id),
        applicant_id=cast("int", actor.user_id),  # whoever may ask is a person
        title=title.strip(),
        legal_basis=legal_basis.strip(),
        use_scenario=use_scenario.strip(),
        scope=scope.strip(),
        method=method,
        valid_until=valid_until,
        **fields,
    )
    record(actor, action=f"{REQUESTS.name}.draft", obj=request, details={"resource": resource.code})
    return request


def _requester(actor: Actor, resource: Resource, department_id: int | None) -> int:
    offices = actor.departments(Duty.DATA_OFFICER)
    if department_id is None:
        return next(s.department_id for s in actor.standings if s.department_id in offices - {resource.provider_id})
    if department_id not in offices:
        raise NotAllowed(_("You are not a data officer of that department."), code="duty_missing")
    if department_id == resource.provider_id:
        raise Invalid(
            _("Your own department provides this resource; there is nothing to ask for."), code="own_resource"
        )
    return department_id


def edit_request(actor: Actor, *, request: Request, **fields: Any) -> Request:
    """Change a draft or returned request; names and shapes as in ``draft_request``, gaps are allowed.

    Raises ``Invalid``, ``NotAllowed``, ``TransitionRefused`` once it is submitted.
    """
    texts = {name: value.strip() if isinstance(value, str) else value for name, value in fields.items()}
    return _move(actor, request, "edit", **_checked(request.resource, texts))


def submit(actor: Actor, *, request: Request) -> Request:
    """Hand a complete request to the office head of one's own department (Order 809 art 20).

    Writes a snapshot, by which reviewers see what changed since the last time. Emits ``request_moved``.
    Raises ``Invalid`` with every gap, ``NotAllowed``, ``TransitionRefused``.
    """
    with _whole(actor, request, "submit"):
        moved = _move(actor, request, "submit", consented_by=None, decided_reason="")
        check_complete(moved)
        check_items(moved.resource, moved.items)
        check_rows(moved.resource, moved.rows)
        take_snapshot(moved, content_of(moved), actor)
    return moved


def consent(actor: Actor, *, request: Request, reason: str = "") -> Request:
    """Let a request leave the department, as head of its data-sharing office; the provider's clock starts.

    A request whose items are all unconditional is approved at once by the system: nobody may add a condition
    (Order 809 arts 15 and 21). A clock that was paused for supplements runs on.
    Emits ``request_moved`` (twice when approved at once).
    """
    sent_at = request.sent_at or timezone.now()
    with _whole(actor, request, "consent"):
        moved = _move(actor, request, "consent", reason=reason, consented_by_id=actor.user_id, sent_at=sent_at)
        is_free = policies.is_unconditional(moved)
        deadlines.start(moved, REPLY_UNCONDITIONAL if is_free else REPLY_CONDITIONAL)
        if not is_free:
            return moved
        basis = _("Every item is shared unconditionally (Order 809, arts 14 and 15).")
        return approve(system_actor("sharing.unconditional"), request=moved, reason=basis)


def return_(actor: Actor, *, request: Request, reason: str) -> Request:
    """Send a request back to be supplemented, with everything that is missing named at once (Order 809 art 21).

    The provider may do so once, and the clock of the reply waits; an office head may do so any time before consent.
    Raises ``ReasonMissing``, ``NotAllowed``, ``TransitionRefused``.
    """
    by_provider = request.state == "with_provider"
    return _move(
        actor,
        request,
        "return",
        reason=reason,
        decided_reason=reason.strip(),
        was_returned=request.was_returned or by_provider,
    )


def approve(actor: Actor, *, request: Request, items: Iterable[str] | None = None, reason: str = "") -> Request:
    """Agree to a request, or to a part of its items with a reason; the grant is opened by a task after the commit.

    Starts the clock of the delivery (20 working days, Order 809 art 22). Emits ``request_moved``.
    Raises ``Invalid`` for items that were not asked for or none at all, ``ReasonMissing`` when narrowed without one.
    """
    asked = list(request.items)
    granted = asked if items is None else [code for code in asked if code in set(items)]
    if items is not None and (set(items) - set(asked) or not granted):
        raise Invalid(fields={"items": [_("Choose at least one of the items asked for, and no others.")]})
    if granted != asked and not reason.strip():
        raise ReasonMissing(_("Say why fewer items are granted than were asked for."), field="reason")
    return _move(
        actor,
        request,
        "approve",
        reason=reason,
        granted_items=granted,
        decided_reason=reason.strip(),
        decided_at=timezone.now(),
    )


def refuse(actor: Actor, *, request: Request, reason: str) -> Request:
    """Refuse a request with reasons (Order 809 art 21). Emits ``request_moved``. Raises ``ReasonMissing``."""
    return _move(actor, request, "refuse", reason=reason, decided_reason=reason.strip(), decided_at=timezone.now())


def withdraw(actor: Actor, *, request: Request, reason: str = "") -> Request:
    """Take back a request of one's own department before anything was delivered. Emits ``request_moved``."""
    return _move(actor, request, "withdraw", reason=reason, decided_reason=reason.strip())


def extend(actor: Actor, *, request: Request, reason: str, working_days: int = LONGEST_EXTENSION) -> Request:
    """Put off the provider's reply once, by at most ten working days, as coordinator of its region (Order 809 art 21).

    The requester is told. Raises ``Conflict`` when it was extended before, ``Invalid`` for more days than allowed.
    """
    if not 1 <= working_days <= LONGEST_EXTENSION:
        raise Invalid(fields={"working_days": [_("Between 1 and %d working days.") % LONGEST_EXTENSION]})
    with _whole(actor, request, "extend"):
        moved = _move(actor, request, "extend", reason=reason)
        running = deadlines.open_deadline(moved)
        deadlines.extend(moved, running.kind if running else REPLY_CONDITIONAL, working_days=working_days)
    return moved
