"""Working days (工作日) of the Chinese calendar: public holidays off, make-up weekends on.

The table comes from ``chinesecalendar`` (State Council holiday notices); ``overrides`` carries days loaded later,
e.g. next year's notice before the library knows it. Beyond both, Monday to Friday count, and ``is_announced`` says so.
"""

import calendar
from collections.abc import Mapping
from datetime import date, timedelta

import chinese_calendar

Overrides = Mapping[date, bool]
_NONE: Overrides = {}


def is_announced(day: date, overrides: Overrides = _NONE) -> bool:
    """Say whether the official holiday table for the year of ``day`` is known."""
    if any(known.year == day.year for known in overrides):
        return True
    try:
        chinese_calendar.is_workday(day)
    except NotImplementedError:
        return False
    return True


def is_working_day(day: date, overrides: Overrides = _NONE) -> bool:
    """Say whether people work on ``day``; ``overrides`` wins over the built-in table."""
    if day in overrides:
        return overrides[day]
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < calendar.SATURDAY


def add_working_days(day: date, count: int, overrides: Overrides = _NONE) -> date:
    """Return the ``count``-th working day after ``day``; the day itself does not count (``count`` >= 0)."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day, overrides)
    return day


def working_days_between(start: date, end: date, overrides: Overrides = _NONE) -> int:
    """Count working days after ``start`` up to and including ``end``; negative when ``end`` lies before ``start``."""
    if end < start:
        return -working_days_between(end, start, overrides)
    return sum(is_working_day(start + timedelta(days=offset), overrides) for offset in range(1, (end - start).days + 1))
