"""The working calendar, whole and in the versions by which it became known."""

from collections.abc import Sequence
from datetime import date, timedelta

import chinese_calendar

from portal.demonstration.derive.reading import Table

CALENDAR_YEARS = range(2024, 2027)
_FRIDAY = 5
_HOLIDAYS = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "Mid-autumn Festival": "中秋节",
    "National Day": "国庆节",
}
_CALENDAR = ("date", "weekday", "is_working_day", "holiday")


def _days(years: Sequence[int]) -> list[date]:
    first, last = date(years[0], 1, 1), date(years[-1], 12, 31)
    return [first + timedelta(days=offset) for offset in range((last - first).days + 1)]


def _announced(day: date) -> tuple[object, ...]:
    _holiday, name = chinese_calendar.get_holiday_detail(day)
    return day.isoformat(), day.isoweekday(), int(chinese_calendar.is_workday(day)), _HOLIDAYS.get(str(name), "")


def _by_weekday(day: date) -> tuple[object, ...]:
    return day.isoformat(), day.isoweekday(), int(day.isoweekday() <= _FRIDAY), ""


def working_calendar() -> Table:
    """Every day of the years with whether it is a working day and the holiday it belongs to."""
    return _CALENDAR, [_announced(day) for day in _days(CALENDAR_YEARS)]


def calendar_before() -> Table:
    """The calendar as it stands before its last year."""
    return _CALENDAR, [_announced(day) for day in _days(CALENDAR_YEARS[:-1])]


def calendar_weekdays() -> Table:
    """The last year as far as it is known before the notice on its holidays: by the day of the week."""
    return _CALENDAR, [_by_weekday(day) for day in _days(CALENDAR_YEARS[-1:])]


def calendar_notice() -> Table:
    """The days of the last year that the notice on its holidays makes other than the day of the week says."""
    days = _days(CALENDAR_YEARS[-1:])
    return _CALENDAR, [_announced(day) for day in days if _announced(day) != _by_weekday(day)]
