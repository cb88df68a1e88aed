"""Writes one entry of the audit record, inside the transaction of the act it tells of."""

from collections.abc import Mapping
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from portal.audit import chain
from portal.audit.models import Entry, Pending
from portal.kernel.actors import Actor


def _clean(text: str, length: int | None = None) -> str:
    """Drop what PostgreSQL cannot store (NUL, lone surrogates) and cut to the column's length."""
    return text.replace("\x00", "").encode(errors="replace").decode()[:length]


def _storable(value: Any) -> Any:
    """Turn ``value`` into plain JSON that jsonb gives back unchanged, so that the leaf can be recomputed."""
    if isinstance(value, Mapping):
        return {_clean(str(key)): _storable(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_storable(inner) for inner in value]
    return value if value is None or isinstance(value, (bool, int)) else _clean(str(value))


@transaction.atomic(savepoint=False)
def record(
    actor: Actor,
    *,
    action: str,
    obj: models.Model | None = None,
    label: str = "",
    outcome: str = "done",
    reason: str = "",
    details: Mapping[str, Any] | None = None,
) -> Entry:
    """Append an entry; the sequencer gives it its place in the chain within seconds of the commit.

    ``details`` is JSON without personal data (names of fields, counts, hashes); other types than numbers, truth
    values and null become text. Time is UTC.
    Writes the entry and its outbox row, in the caller's transaction if there is one.
    """
    entry = Entry(
        at=timezone.now(),
        actor_kind=str(actor.kind),
        actor_id=actor.user_id,
        actor_name=_clean(actor.name, 100),
        department_id=actor.department_id,
        department_name=_clean(actor.department_name, 200),
        ip=_clean(actor.ip, 45),
        action=action,
        object_type=obj._meta.label_lower if obj is not None else "",
        object_id=str(obj.pk) if obj is not None else "",
        object_label=_clean(label or (str(obj) if obj is not None else ""), 300),
        outcome=outcome,
        reason=_clean(reason),
        details=_storable(details or {}),
    )
    entry.digest = chain.leaf(entry)
    entry.save(force_insert=True)
    Pending.objects.create(entry=entry)
    return entry
