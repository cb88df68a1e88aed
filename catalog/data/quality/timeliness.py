"""The promised update cycle against the versions that came: which periods brought data, and what is overdue.

The codes of cycles are those of the catalogue (domain.md §3): 1 real-time to 7 yearly; 8 irregular and 9 never promise
nothing; 10 is every working day. A real-time resource is held to a day here: files are what is measured. Days are those
of the ordinary calendar; the working calendar counts for the one cycle that says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from portal.kernel.working_days import add_working_days, working_days_between

CYCLE_DAYS = {1: 1, 2: 1, 3: 7, 4: 31, 5: 92, 6: 184, 7: 366}
"""The longest that a period of each cycle lasts, in calendar days."""
WORKING_DAILY = 10
"""The cycle whose periods are working days: public holidays off, make-up weekends on."""
_NO_CHANGES: Mapping[date, bool] = {}
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


def due_after(
    cycle: int | None, day: date, *, grace: int = 0, calendar: Mapping[date, bool] = _NO_CHANGES
) -> date | None:
    """Return the last day on which data that follows those of ``day`` is in time; None where nothing is promised.

    ``calendar`` holds days that override the built-in working calendar; only the cycle of working days looks there.
    """
    if cycle == WORKING_DAILY:
        return add_working_days(day, 1, calendar) + timedelta(days=grace)
    length = CYCLE_DAYS.get(cycle or 0)
    return None if length is None else day + timedelta(days=length + grace)


def timeliness(
    cycle: int | None,
    versions: Sequence[date],
    today: date,
    *,
    grace: int = 0,
    calendar: Mapping[date, bool] = _NO_CHANGES,
) -> Timeliness:
    """Measure versions by their days against a cycle. `grace` days may pass beyond a period before it counts as missed.

    Periods run on from version to version: after each, the next is due within one period.
    """
    days = sorted(set(versions))
    due_days = [due_after(cycle, day, grace=grace, calendar=calendar) for day in days]
    due_on = due_days[-1] if due_days else None
    if due_on is None:
        return Timeliness(0, 0, None, 0)
    late = max((today - due_on).days, 0)
    periods = [
        (1, 1) if due is None or other <= due else (1 + _missed(cycle, due, other, grace, calendar), 1)
        for due, (_day, other) in zip(due_days, pairwise(days), strict=False)
    ]
    if late:
        periods.append((_missed(cycle, due_on, today, 0, calendar), 0))
    recent = _last(periods)
    return Timeliness(sum(due for due, _ in recent), sum(met for _, met in recent), due_on, late)


def _missed(cycle: int | None, due: date, at: date, grace: int, calendar: Mapping[date, bool]) -> int:
    """Count the periods that have gone by without data: one as soon as it is late, another for each further length."""
    if cycle == WORKING_DAILY:
        # The working days after the one that was missed, as far as they are over.
        return 1 + working_days_between(due, at - timedelta(days=1), calendar)
    return 1 + ((at - due).days - 1) // (CYCLE_DAYS[cycle or 0] + grace)


def _last(periods: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for due, met in reversed(periods):
        left = PERIODS - sum(past for past, _ in kept)
        if left <= 0:
            break
        kept.append((min(due, left), min(met, due, left)))
    return kept
