"""Attempts that were refused: recorded at once, and once more where the transaction around them took that back."""

from dataclasses import dataclass

from django.db import models

from portal.audit.models import Entry
from portal.audit.record import record
from portal.kernel.actors import Actor
from portal.kernel.errors import DomainError

_PLACE = "attempt"


@dataclass(frozen=True, slots=True)
class _Attempt:
    actor: Actor
    action: str
    obj: models.Model
    entry: int


def record_attempt(actor: Actor, *, action: str, obj: models.Model, refusal: DomainError) -> None:
    """Record that the actor tried what she may not, with the policy's reason; the refusal remembers it."""
    entry = record(actor, action=action, obj=obj, outcome="refused", reason=str(refusal.message))
    refusal.details[_PLACE] = _Attempt(actor, action, obj, entry.pk)


def keep_attempt(error: DomainError) -> None:
    """Record a refused attempt again if its record was rolled back with the act; for whoever answers the error.

    Call it outside of the act's transaction. Does nothing for other errors.
    """
    attempt = error.details.get(_PLACE)
    if isinstance(attempt, _Attempt) and not Entry.objects.filter(pk=attempt.entry).exists():
        record_attempt(attempt.actor, action=attempt.action, obj=attempt.obj, refusal=error)
