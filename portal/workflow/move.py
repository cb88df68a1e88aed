"""The one way a state changes: lock, check, decide, save, clocks, record and signal in a single transaction."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.db import models, transaction
from django.dispatch import Signal
from django.utils.translation import gettext_lazy as _

from portal.audit.record import record
from portal.audit.wording import Sentence
from portal.kernel.actors import Actor
from portal.kernel.decisions import Decision
from portal.kernel.errors import NotAllowed, NotFound, ReasonMissing, TransitionRefused
from portal.workflow import deadlines
from portal.workflow.attempts import record_attempt
from portal.workflow.table import Table, Transition

M = TypeVar("M", bound=models.Model)
Decide = Callable[[Actor, str, Any], Decision]


def _locked(obj: M) -> M:
    fresh = type(obj)._default_manager.select_for_update(of=("self",)).filter(pk=obj.pk).first()
    if fresh is None:
        raise NotFound(_("This no longer exists."))
    return fresh


def _check(table: Table, row: Transition, actor: Actor, obj: models.Model, reason: str, decide: Decide) -> None:
    state = obj.state  # type: ignore[attr-defined]
    decision = decide(actor, row.verb, obj)
    if state not in row.sources:
        raise TransitionRefused(
            Sentence(_("This cannot be done now: it stands at “%(state)s”."), state=table.states[state]),
            verb=row.verb,
            state=state,
        )
    if not decision:
        raise NotAllowed(decision.reason, code=decision.code or "not_allowed")
    if row.needs_reason and not reason.strip():
        raise ReasonMissing(_("Please give a reason; it is sent to those concerned and kept."), field="reason")


def _run_clocks(row: Transition, obj: models.Model) -> None:
    for kind in row.stops:
        deadlines.stop(obj, kind)
    for kind in row.pauses:
        deadlines.pause(obj, kind)
    for kind in row.resumes:
        deadlines.resume(obj, kind)
    for kind in row.starts:
        deadlines.start(obj, kind)


def _written_fields(obj: models.Model, target: str | None, fields: Mapping[str, Any]) -> list[str]:
    for name, value in fields.items():
        setattr(obj, name, value)
    if target is None:
        return list(fields)
    obj.state = target  # type: ignore[attr-defined]
    return [*fields, "state"]


@transaction.atomic
def _move(
    table: Table,
    row: Transition,
    actor: Actor,
    obj: M,
    *,
    decide: Decide,
    reason: str,
    fields: Mapping[str, Any],
    details: Mapping[str, Any],
    signal: Signal | None,
) -> M:
    obj = _locked(obj)
    source: str = obj.state  # type: ignore[attr-defined]
    _check(table, row, actor, obj, reason, decide)
    if names := _written_fields(obj, row.target, fields):
        obj.save(update_fields=names)
    _run_clocks(row, obj)
    target = row.target or source
    record(
        actor,
        action=f"{table.name}.{row.verb}",
        obj=obj,
        reason=reason.strip(),
        details={"from": source, "to": target, **details},
    )
    if signal is not None:
        signal.send(
            sender=type(obj), actor=actor, obj=obj, verb=row.verb, source=source, target=target, reason=reason.strip()
        )
    return obj


def move(
    table: Table,
    actor: Actor,
    obj: M,
    verb: str,
    *,
    decide: Decide,
    reason: str = "",
    fields: Mapping[str, Any] | None = None,
    details: Mapping[str, Any] | None = None,
    signal: Signal | None = None,
) -> M:
    """Do ``verb`` to ``obj`` and return the fresh, locked row.

    ``decide`` is the app's policy; ``fields`` are written together with the state; ``details`` (plain JSON
    without personal data) go into the audit record beside ``from`` and ``to``.

    Locks the row. Writes the state, the clocks named by the table and an audit entry ``<table>.<verb>``.
    Emits ``signal`` inside the transaction.
    Raises ``TransitionRefused`` (409) from a wrong state, ``NotAllowed`` (403) with the policy's reason (the
    attempt is recorded, see ``attempts``), ``ReasonMissing`` (400), ``NotFound`` (404) when the row is gone.
    """
    row = table.transition(verb)
    try:
        return _move(
            table,
            row,
            actor,
            obj,
            decide=decide,
            reason=reason,
            fields=fields or {},
            details=details or {},
            signal=signal,
        )
    except NotAllowed as refusal:
        record_attempt(actor, action=f"{table.name}.{verb}", obj=obj, refusal=refusal)
        raise
