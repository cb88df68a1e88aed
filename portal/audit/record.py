"""Writes one entry of the audit record, inside the transaction of the act it tells of."""

from collections.abc import Mapping
from typing import Any, Required, TypedDict, Unpack

from django.db import models, transaction
from django.utils import timezone

from portal.audit import chain
from portal.audit.models import Entry, Pending
from portal.audit.wording import WORDING, kept_of
from portal.kernel.actors import Actor

IP_LENGTH = 45


class Told(TypedDict, total=False):
    """What an entry tells besides who and when."""

    action: Required[str]
    obj: models.Model | None
    label: str
    outcome: str
    reason: str
    details: Mapping[str, Any] | None


def clean(text: str, length: int | None = None) -> str:
    """Drop what PostgreSQL cannot store (NUL, lone surrogates) and cut to the column's length."""
    if text.isascii() and "\x00" not in text:
        return text[:length]
    return text.replace("\x00", "").encode(errors="replace").decode()[:length]


def _storable(value: Any) -> Any:
    """Turn ``value`` into plain JSON that jsonb gives back unchanged, so that the leaf can be recomputed."""
    if isinstance(value, str):
        return clean(value)
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, Mapping):
        return {clean(str(key)): _storable(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_storable(inner) for inner in value]
    return clean(str(value))


def content_of(
    actor: Actor,
    *,
    action: str,
    obj: models.Model | None = None,
    label: str = "",
    outcome: str = "done",
    reason: str = "",
    details: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Give the fields that the leaf covers."""
    return {
        "at": timezone.now(),
        "actor_kind": str(actor.kind),
        "actor_id": actor.user_id,
        "actor_name": clean(actor.name, 100),
        "department_id": actor.department_id,
        "department_name": clean(actor.department_name, 200),
        "ip": clean(actor.ip, IP_LENGTH),
        "action": action,
        "object_type": obj._meta.label_lower if obj is not None else "",
        "object_id": str(obj.pk) if obj is not None else "",
        "object_label": clean(label or (str(obj) if obj is not None else ""), 300),
        "outcome": outcome,
        "reason": clean(reason),
        "details": _storable({**(details or {}), **_wording_of(reason)}),
    }


def _wording_of(reason: str) -> dict[str, Any]:
    """Keep beside a reason that the product gave what it takes to say it in another language."""
    kept = kept_of(reason)
    return {WORDING: kept} if kept else {}


@transaction.atomic(savepoint=False)
def record(actor: Actor, **told: Unpack[Told]) -> Entry:
    """Append an entry; the sequencer gives it its place in the chain within seconds of the commit.

    ``details`` is JSON without personal data (names of fields, counts, hashes); other types than numbers, truth
    values and null become text. Time is UTC.
    Writes the entry and its outbox row, in the caller's transaction if there is one.
    """
    content = content_of(actor, **told)
    entry = Entry(**content, digest=chain.leaf_of(content))
    entry.save(force_insert=True)
    Pending.objects.create(entry=entry)
    return entry
