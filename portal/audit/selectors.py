"""Reads of the audit record: the timeline of an object and the search of an auditor."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model, Q, QuerySet

from portal.audit import policies
from portal.audit.models import Entry
from portal.kernel.actors import Actor, ActorKind


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One line of what happened to an object."""

    at: datetime
    actor_name: str
    department_name: str
    action: str
    outcome: str
    reason: str
    details: dict[str, Any]
    is_system: bool = False


def _of(obj: Model) -> Q:
    return Q(object_type=obj._meta.label_lower, object_id=str(obj.pk))


def timeline(obj: Model, *parts: Model, outcome: str = "done") -> list[TimelineEntry]:
    """Return what was done to ``obj`` and its ``parts``, oldest first (1 query). The caller checked who may see it."""
    named = Q(*(_of(one) for one in (obj, *parts)), _connector=Q.OR)
    entries = Entry.objects.filter(named, outcome=outcome)
    return [
        TimelineEntry(
            at=entry.at,
            actor_name=entry.actor_name,
            department_name=entry.department_name,
            action=entry.action,
            outcome=entry.outcome,
            reason=entry.said_reason,
            details=entry.details,
            is_system=entry.actor_kind == ActorKind.SYSTEM,
        )
        for entry in entries.order_by("id")
    ]


def entries(actor: Actor) -> QuerySet[Entry]:
    """Return the entries that ``actor`` may read, newest first, with their place in the chain."""
    return Entry.objects.filter(policies.visible(actor)).select_related("link").order_by("-id")
