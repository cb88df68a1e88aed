"""Rectification tickets: opened by a finding or by the data authority, closed by the next version's result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from catalog import signals
from catalog.data.quality import Result
from catalog.models import QualityReport, QualityTicket, Resource, Version
from catalog.policies.quality import decide_quality, decide_ticket
from catalog.selectors.quality.tickets import tickets_of
from catalog.workflow import TICKETS
from catalog.workflow.quality import CORRECTION_CLOCK, TICKET_CLOCK
from portal.audit.record import record
from portal.audit.wording import Wording, kept_of
from portal.kernel.actors import Actor
from portal.kernel.errors import Invalid, NotAllowed
from portal.workflow import deadlines
from portal.workflow.move import move
from portal.workflow.numbers import next_number

VERBS = ("accept", "mend", "verify", "return", "waive")
_NOTE = 2000
_MENDED = Wording(gettext_noop("A new version meets what was asked."))
_NOT_MENDED = Wording(gettext_noop("The new version does not meet what was asked yet."))


def clock_of(ticket: QualityTicket) -> str:
    """Return the kind of clock that runs on a ticket: law for confirmed errors, a default for the rest."""
    return CORRECTION_CLOCK if ticket.cause == "correction" else TICKET_CLOCK


def open_ticket(actor: Actor, *, resource: Resource, note: str) -> QualityTicket:
    """Ask the provider to put its data right, as the coordinator of its region. Raises NotAllowed, Invalid."""
    if not (decision := decide_quality(actor, "open_ticket", resource)):
        raise NotAllowed(decision.reason, code=decision.code)
    if not note.strip():
        raise Invalid(fields={"note": [_("Say what is to be put right.")]})
    return _open(actor, resource, cause="coordinator", note=note.strip()[:_NOTE])


def raise_ticket(
    actor: Actor, *, resource: Resource, cause: str, rule_key: str = "", facts: Mapping[str, Any] | None = None
) -> QualityTicket | None:
    """Open a ticket for a finding, or return None where one for the same cause is open already."""
    open_ones = resource.quality_tickets.exclude(state__in=TICKETS.final)
    if open_ones.filter(cause=cause, rule_key=rule_key).exists():
        return None
    return _open(actor, resource, cause=cause, rule_key=rule_key, facts=dict(facts or {}))


@transaction.atomic
def _open(actor: Actor, resource: Resource, **fields: Any) -> QualityTicket:
    # A lock on the resource: two findings at once open one ticket.
    Resource.objects.select_for_update(of=("self",)).get(pk=resource.pk)
    ticket = QualityTicket.objects.create(
        number=next_number("ZG"),
        resource=resource,
        version_id=resource.current_version_id,
        opened_by_id=actor.user_id,
        **fields,
    )
    deadlines.start(ticket, clock_of(ticket))
    record(
        actor,
        action="catalog.ticket.open",
        obj=ticket,
        label=ticket.number,
        details={"resource": resource.code, "cause": ticket.cause, "rule": ticket.rule_key},
    )
    signals.ticket_moved.send(sender=QualityTicket, actor=actor, obj=ticket, verb="open", reason=ticket.note)
    return ticket


@transaction.atomic
def move_ticket(
    actor: Actor, *, ticket: QualityTicket, verb: str, reason: str = "", version: Version | None = None
) -> QualityTicket:
    """Do a verb of the table to a ticket: accept, mend, verify, return or waive.

    ``version`` is the one whose result verifies. Closing a confirmed error marks it as mended. Emits ``ticket_moved``.
    Raises TransitionRefused, NotAllowed, ReasonMissing.
    """
    fields: dict[str, Any] = {}
    if verb == "mend":
        fields |= {"answer": reason.strip()[:_NOTE], "wording": kept_of(reason)}
    if verb in {"verify", "waive"}:
        fields["closed_at"] = timezone.now()
    if verb == "verify":
        fields["closed_by_version_id"] = version.pk if version else ticket.resource.current_version_id
    moved = move(
        TICKETS,
        actor,
        ticket,
        verb,
        decide=decide_ticket,
        reason=reason,
        fields=fields,
        signal=signals.ticket_moved,
    )
    if verb == "mend":
        deadlines.stop(moved, clock_of(moved))
    elif verb == "return":
        deadlines.start(moved, clock_of(moved))
    elif verb == "verify" and moved.cause == "correction":
        errors = moved.resource.quality_corrections.filter(mended_in=None, pk=moved.facts.get("correction"))
        errors.update(mended_in=moved.closed_by_version_id)
    return moved


def note_block(actor: Actor, *, resource: Resource, results: Sequence[Result]) -> None:
    """Open a ticket for each rule that stopped a version."""
    for result in results:
        facts = {"failed": result.failed, "total": result.total}
        raise_ticket(actor, resource=resource, cause="block", rule_key=result.rule.key, facts=facts)


def follow_report(actor: Actor, *, report: QualityReport, version: Version, results: Sequence[Result]) -> None:
    """Let a report have its consequences: tickets that it settles close, then low and fallen scores open new ones."""
    by_key = {result.rule.key: result for result in results}
    for ticket in tickets_of(version.resource).select_related("resource__provider"):
        _settle(actor, ticket, report, version, by_key)
    note_block(actor, resource=version.resource, results=[result for result in results if result.blocks])
    if report.score is None:
        return
    facts = {"score": round(report.score, 1), "asked": settings.QUALITY_TICKET_BELOW}
    if report.score < settings.QUALITY_TICKET_BELOW:
        raise_ticket(actor, resource=version.resource, cause="score", facts=facts)
    before = _score_before(version)
    if before is not None and before - report.score >= settings.QUALITY_TICKET_FALL:
        facts = {"score": round(report.score, 1), "before": round(before, 1)}
        raise_ticket(actor, resource=version.resource, cause="fall", facts=facts)


def _score_before(version: Version) -> float | None:
    found = QualityReport.objects.filter(
        version__resource=version.resource_id, version__number__lt=version.number, is_current=True
    )
    return found.order_by("-version__number").values_list("score", flat=True).first()


def _settle(
    actor: Actor, ticket: QualityTicket, report: QualityReport, version: Version, results: Mapping[str, Result]
) -> None:
    """Close a ticket whose cause a newer version removed; return one that was reported as mended but is not."""
    is_newer = ticket.version_id is None or version.pk > ticket.version_id
    is_gone = _is_gone(ticket, report, results)
    if is_gone is None or not is_newer:
        return
    if is_gone:
        if ticket.state != "mended":
            ticket = move_ticket(actor, ticket=ticket, verb="mend", reason=_MENDED)
        move_ticket(actor, ticket=ticket, verb="verify", version=version)
    elif ticket.state == "mended":
        move_ticket(actor, ticket=ticket, verb="return", reason=_NOT_MENDED)


def _is_gone(ticket: QualityTicket, report: QualityReport, results: Mapping[str, Result]) -> bool | None:
    """Say whether the cause of a ticket is gone; None where a person must judge."""
    if ticket.cause == "overdue":
        return True
    if ticket.cause == "correction":
        return True if ticket.state == "mended" else None
    if ticket.cause == "coordinator" or report.score is None:
        return None
    if ticket.cause == "block":
        result = results.get(ticket.rule_key)
        return result is None or not result.is_broken
    asked = ticket.facts.get("before", settings.QUALITY_TICKET_BELOW)
    if ticket.cause == "fall":
        return bool(report.score > asked - settings.QUALITY_TICKET_FALL)
    return bool(report.score >= settings.QUALITY_TICKET_BELOW)
