"""The day it is, kept until its midnight: what is asked for each answer shall not ask the calendar each time."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from django.utils import timezone


@dataclass(frozen=True, slots=True)
class _Day:
    date: date
    zone: tzinfo
    begin: datetime
    end: datetime


def today() -> date:
    """Give the date of now in the time zone of the installation."""
    now, zone = timezone.now(), timezone.get_default_timezone()
    day = _kept[0]
    if day.zone is not zone or not day.begin <= now < day.end:
        day = _kept[0] = _day_of(now, zone)
    return day.date


def _day_of(now: datetime, zone: tzinfo) -> _Day:
    day = timezone.localdate(now, zone)
    # In UTC, because days of one zone are compared by the clock on the wall, which may be set back in between.
    begin, end = (datetime.combine(day + timedelta(days=n), time.min, zone).astimezone(UTC) for n in (0, 1))
    return _Day(day, zone, begin, end)


_kept = [_day_of(datetime(1970, 1, 1, tzinfo=UTC), UTC)]
