"""The day it is follows the clock of the installation's zone, forward and back."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import override_settings
from django.utils import timezone

from portal.web.days import today

# In Shanghai a day begins at 16:00 UTC.
MOMENTS = [
    (datetime(2026, 11, 25, 15, 59, 59, tzinfo=UTC), date(2026, 11, 25)),
    (datetime(2026, 11, 25, 16, 0, tzinfo=UTC), date(2026, 11, 26)),
    (datetime(2026, 11, 26, 15, 59, 59, 999999, tzinfo=UTC), date(2026, 11, 26)),
    (datetime(2026, 11, 26, 16, 0, tzinfo=UTC), date(2026, 11, 27)),
    # A clock that is set right may go back.
    (datetime(2026, 11, 26, 3, 0, tzinfo=UTC), date(2026, 11, 26)),
    (datetime(2025, 2, 1, 0, 0, tzinfo=UTC), date(2025, 2, 1)),
]


@override_settings(TIME_ZONE="Asia/Shanghai")
def test_day_follows_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    for moment, day in MOMENTS:
        monkeypatch.setattr(timezone, "now", lambda moment=moment: moment)
        assert today() == today() == day == timezone.localdate()


@pytest.mark.parametrize(("zone", "day"), [("Asia/Shanghai", 26), ("America/New_York", 25), ("UTC", 25)])
def test_day_is_that_of_the_zone(monkeypatch: pytest.MonkeyPatch, zone: str, day: int, settings: Any) -> None:
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 25, 20, 0, tzinfo=UTC))
    settings.TIME_ZONE = zone
    assert today() == date(2026, 11, day)


def test_day_with_another_hour_ends_at_its_midnight(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """On 25 October 2026 the clock of Berlin is set back: the day has 25 hours."""
    settings.TIME_ZONE = "Europe/Berlin"
    for hour, day in ((0, 25), (22, 25), (23, 26)):
        moment = datetime(2026, 10, 25, hour, 30, tzinfo=UTC)
        monkeypatch.setattr(timezone, "now", lambda moment=moment: moment)
        assert today() == date(2026, 10, day) == timezone.localdate()
