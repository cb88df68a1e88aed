"""Snapshots of what was submitted, and the differences between two of them field by field."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.db import models

from portal.kernel.actors import Actor
from portal.workflow.models import Snapshot


@dataclass(frozen=True, slots=True)
class Change:
    """One field that differs; ``before`` or ``after`` is None when the field is new or gone."""

    field: str
    before: Any
    after: Any


def take_snapshot(obj: models.Model, content: Mapping[str, Any], actor: Actor) -> Snapshot:
    """Keep what ``obj`` says now; ``content`` maps a field's stable name to JSON that a person can read.

    The caller holds the lock of ``obj``'s row (``move`` does), so that numbers do not collide.
    """
    subject = {"subject_type": obj._meta.label_lower, "subject_id": str(obj.pk)}
    last = Snapshot.objects.filter(**subject).aggregate(last=models.Max("number"))["last"] or 0
    return Snapshot.objects.create(**subject, number=last + 1, content=dict(content), taken_by=actor.name)


def snapshots_of(obj: models.Model) -> list[Snapshot]:
    """Return the snapshots of ``obj``, oldest first."""
    return list(Snapshot.objects.filter(subject_type=obj._meta.label_lower, subject_id=str(obj.pk)).order_by("number"))


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Return the fields that differ, in the order of ``after`` and then of what is gone."""
    names = [*after, *(name for name in before if name not in after)]
    return [Change(name, before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)]


def changes_since_last(obj: models.Model) -> list[Change]:
    """Return what changed between the last two submissions of ``obj``; empty after the first."""
    snapshots = snapshots_of(obj)
    return [
        change
        for before, after in list(pairwise(snapshots))[-1:]
        for change in differences(before.content, after.content)
    ]
