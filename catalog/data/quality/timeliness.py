"""The promised update cycle against the versions that came: which periods brought data, and what is overdue.

The codes of cycles are those of the catalogue (domain.md §3): 1 real-time to 7 yearly; 8 irregular and 9 never promise
nothing. A real-time resource is held to a day here: files are what is measured.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

CYCLE_DAYS = {1: 1, 2: 1, 3: 7, 4: 31, 5: 92, 6: 184, 7: 366}
"""The longest that a period of each cycle lasts, in calendar days."""
PERIODS = 12
"""How many periods back the score looks."""


@dataclass(frozen=True)
class Timeliness:
    """`due` periods have ended since the first version, `met` of them brought one; `due_on` is the next day due.

    `days_late` counts the days since `due_on`, 0 while it has not passed.
    """

    due: int
    met: int
    due_on: date | None
    days_late: int

    @property
    def is_overdue(self) -> bool:
        """Whether the promised update has not come."""
        return self.days_late > 0


def timeliness(cycle: int | None, versions: Sequence[date], today: date, *, grace: int = 0) -> Timeliness:
    """Measure versions by their days against a cycle. `grace` days may pass beyond a period before it counts as missed.

    Periods run on from version to version: after each, the next is due within one period.
    """
    length = CYCLE_DAYS.get(cycle or 0)
    if length is None or not versions:
        return Timeliness(0, 0, None, 0)
    allowed = timedelta(days=length + grace)
    days = sorted(set(versions))
    due_on = days[-1] + allowed
    late = max((today - due_on).days, 0)
    periods = [_between(one, other, allowed) for one, other in pairwise(days)]
    if late:
        periods.append((_missed(late, length), 0))
    recent = _last(periods)
    return Timeliness(sum(due for due, _ in recent), sum(met for _, met in recent), due_on, late)


def _missed(days_late: int, length: int) -> int:
    """Count the periods that have gone by without data: one as soon as it is late, another for each further length."""
    return 1 + (days_late - 1) // length


def _between(one: date, other: date, allowed: timedelta) -> tuple[int, int]:
    late = (other - one - allowed).days
    return (1, 1) if late <= 0 else (1 + _missed(late, max(allowed.days, 1)), 1)


def _last(periods: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for due, met in reversed(periods):
        left = PERIODS - sum(past for past, _ in kept)
        if left <= 0:
            break
        kept.append((min(due, left), min(met, due, left)))
    return kept
