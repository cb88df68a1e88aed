"""When a source is asked next."""

from __future__ import annotations

import calendar
from datetime import datetime, timedelta

SCHEDULES = ("hourly", "daily", "weekly", "monthly")


def next_time(schedule: str, *, hour: int, day: int, after: datetime) -> datetime:
    """Give the first moment of the schedule after `after`, in its time zone.

    `hour` counts for all but hourly; `day` is the day of the week (1 is Monday) or of the month (the last day where
    the month is shorter).
    """
    if schedule == "hourly":
        return after.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    start = after.replace(hour=hour, minute=0, second=0, microsecond=0)
    return next(
        moment
        for moment in (start + timedelta(days=ahead) for ahead in range(64))
        if moment > after and _is_day(schedule, day, moment)
    )


def _is_day(schedule: str, day: int, moment: datetime) -> bool:
    if schedule == "weekly":
        return moment.isoweekday() == min(day, 7)
    if schedule == "monthly":
        return moment.day == min(day, calendar.monthrange(moment.year, moment.month)[1])
    return True
