"""Whether an edition keeps its declared update frequency, and when the next version is due."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from catalog.models import Version
from catalog.selectors.quality import next_due


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
    return Freshness(updated, next_due(cycle, updated))


def is_on_time(cycle: int | None, made: datetime) -> bool | None:
    """Say whether a version made then is the one promised for today; None where nothing is promised."""
    due_on = next_due(cycle, timezone.localdate(made))
    return None if due_on is None else timezone.localdate() <= due_on
