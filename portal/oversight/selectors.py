"""Reads of the auditor's pages: the record searched, and how far the chain reaches."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from portal.audit.models import Entry, Link, Pending
from portal.audit.selectors import entries
from portal.kernel.actors import Actor


def search_entries(actor: Actor, conditions: dict[str, Any]) -> QuerySet[Entry]:
    """Return the entries ``actor`` may read that meet ``conditions`` (the cleaned form), newest first."""
    found = entries(actor)
    if who := conditions.get("who"):
        found = found.filter(actor_name__icontains=who)
    if action := conditions.get("action"):
        found = found.filter(action__startswith=action)
    if label := conditions.get("object"):
        found = found.filter(object_label__icontains=label)
    if outcome := conditions.get("outcome"):
        found = found.filter(outcome=outcome)
    if since := conditions.get("since"):
        found = found.filter(at__date__gte=since)
    if until := conditions.get("until"):
        found = found.filter(at__date__lte=until)
    return found


@dataclass(frozen=True, slots=True)
class ChainState:
    """How long the chain is, its head, when it grew last, and how many entries wait for their place."""

    records: int
    head: str
    linked_at: datetime | None
    waiting: int


def chain_state() -> ChainState:
    """Return the state of the chain (2 queries)."""
    last = Link.objects.order_by("-number").first()
    waiting = Pending.objects.count()
    if last is None:
        return ChainState(0, "", None, waiting)
    return ChainState(last.number, bytes(last.head).hex(), last.linked_at, waiting)
