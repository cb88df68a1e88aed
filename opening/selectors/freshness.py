"""Whether an edition keeps its declared update frequency, and when the next version is due."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from catalog.data.quality.timeliness import CYCLE_DAYS
from catalog.models import Version

#: Update cycle → days until the next version is due; irregular and never have none.
_DAYS = CYCLE_DAYS


@dataclass(frozen=True, slots=True)
class Freshness:
    """When the data was last renewed, when it is due next (None: no fixed cycle), and whether it is late."""

    updated_on: date
    due_on: date | None

    @property
    def is_late(self) -> bool:
        return self.due_on is not None and timezone.localdate() > self.due_on

    @property
    def is_on_time(self) -> bool:
        return self.due_on is not None and not self.is_late


def freshness_of(version: Version | None, cycle: int | None) -> Freshness | None:
    """Return the freshness of a version under an update cycle, or None without a version."""
    if version is None:
        return None
    updated = timezone.localdate(version.created_at)
    days = _DAYS.get(cycle or 0)
    return Freshness(updated, updated + timedelta(days=days) if days else None)


def late_after(cycle: int) -> timedelta | None:
    """Return how old a version of this cycle may be before it is late."""
    return timedelta(days=_DAYS[cycle]) if cycle in _DAYS else None
