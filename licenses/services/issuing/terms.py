"""The term of a license: its first and its last day."""

from __future__ import annotations

import calendar
import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from licenses.models import License, LicenseTypeVersion
from portal.kernel.errors import Invalid

_MONTHS = 12


def next_start(license_: License) -> datetime.date:
    """Give the first day of the next term: the day after the present end, or today when that has passed."""
    today = timezone.localdate()
    ends = license_.valid_to
    return today if ends is None or ends == datetime.date.max else max(ends + datetime.timedelta(days=1), today)


def months_later(start: datetime.date, months: int) -> datetime.date:
    """Give the last day of a term of `months` that begins on `start`: the day before the same day of the month."""
    years, month = divmod(start.month - 1 + months, _MONTHS)
    year = start.year + years
    day = min(start.day, calendar.monthrange(year, month + 1)[1])
    return datetime.date(year, month + 1, day) - datetime.timedelta(days=1)


def term_of(
    published: LicenseTypeVersion, starts: datetime.date, ends: datetime.date | None
) -> tuple[datetime.date, datetime.date | None]:
    """Return the first and the last day, by the rule of the type where no end is given. Raises ``Invalid``."""
    months = published.content["validity_months"]
    if ends is None and months is not None:
        if starts.year + months // _MONTHS >= datetime.MAXYEAR:
            raise Invalid(fields={"valid_from": [_("This day lies too far in the future.")]})
        ends = months_later(starts, months)
    if ends is not None and ends < starts:
        raise Invalid(fields={"valid_to": [_("The end lies before the beginning.")]})
    return starts, ends
