"""What readers ask by: how many questions name a column, and which columns earn an index by it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q, Sum
from django.utils import timezone

from catalog.data.schema import Column, ItemType
from catalog.models import QuestionCount

ALL, VALUE, FALL, PART = "all", "value", "fall", "part"


@dataclass(frozen=True)
class Earned:
    """Ids of columns that have an index because readers ask by them: by value, in falling order, by a part of texts."""

    indexed: tuple[str, ...] = ()
    falling: tuple[str, ...] = ()
    searched: tuple[str, ...] = ()

    def to_json(self) -> dict[str, list[str]]:
        """Give what is kept with a table."""
        return {name: list(ids) for name, ids in vars(self).items()}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Earned:
        """Read what was kept; nothing where nothing was."""
        return cls(**{name: tuple(ids) for name, ids in data.items()})


@dataclass(frozen=True)
class Asked:
    """Questions of the last `SERVING_INDEX_DAYS` days, and whether there was any in `SERVING_INDEX_IDLE_DAYS`."""

    recent: int = 0
    is_alive: bool = False


Questions = Mapping[tuple[str, str], Asked]
"""Questions for rows of one resource by column id and use; all of them under ("", ALL)."""


def questions_asked(resource_ids: Collection[int]) -> dict[int, Questions]:
    """Count the questions for rows of each of the resources (1 query)."""
    today = timezone.localdate()
    recent = Q(day__gt=today - timedelta(days=settings.SERVING_INDEX_DAYS))
    alive = Q(day__gt=today - timedelta(days=settings.SERVING_INDEX_IDLE_DAYS))
    found = (
        QuestionCount.objects.filter(recent | alive, resource_id__in=resource_ids)
        .values_list("resource_id", "column_id", "use")
        .annotate(recent=Sum("count", filter=recent, default=0), alive=Sum("count", filter=alive, default=0))
    )
    counted: dict[int, dict[tuple[str, str], Asked]] = {resource_id: {} for resource_id in resource_ids}
    for resource_id, column_id, use, times, lately in found:
        counted[resource_id][column_id, use] = Asked(times, lately > 0)
    return dict(counted)


def earned_indexes(asked: Questions, columns: Sequence[Column], standing: Earned) -> Earned:
    """Say which columns of a version have earned an index: by number and share of the questions, both of them settings.

    One that stands stays while anybody asks by it, so that it does not come and go with every night.
    """
    total = asked.get(("", ALL), Asked()).recent
    least = max(settings.SERVING_INDEX_QUESTIONS, settings.SERVING_INDEX_SHARE * total)

    def has_earned(column: Column, use: str, kept: tuple[str, ...]) -> bool:
        found = asked.get((column.id, use), Asked())
        return (found.recent >= least > 0) or (found.is_alive and column.id in kept)

    return Earned(
        # Half of all rows are found faster without an index.
        tuple(c.id for c in columns if c.type != ItemType.BOOLEAN and has_earned(c, VALUE, standing.indexed)),
        tuple(c.id for c in columns if has_earned(c, FALL, standing.falling)),
        tuple(c.id for c in columns if c.type.is_text and has_earned(c, PART, standing.searched)),
    )
