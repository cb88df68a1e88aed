"""Clocks: start once, stop, one pause, one extension, loaded calendars, shorter than the law but never longer."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from portal.accounts.models import Department
from portal.kernel.errors import Conflict
from portal.kernel.working_days import add_working_days
from portal.workflow import deadlines
from portal.workflow.deadlines import DeadlineRule
from portal.workflow.models import Deadline
from portal.workflow.signals import deadline_missed, deadline_near
from tests.cast import Cast

KIND = "tests.answer"


@pytest.fixture(autouse=True)
def _rule() -> Iterator[None]:
    deadlines.register(DeadlineRule(KIND, 10, "Order 809 art 21", "Answer"))
    yield
    deadlines.RULES.pop(KIND)


@pytest.fixture
def subject(cast: Cast) -> Department:
    return cast.provider


def _back(deadline: Deadline, **days: date | None) -> None:
    Deadline.objects.filter(pk=deadline.pk).update(**days)


def test_a_clock_starts_once_and_counts_working_days(subject: Department) -> None:
    clock = deadlines.start(subject, KIND)
    assert deadlines.start(subject, KIND) == clock
    assert clock.due_on == add_working_days(timezone.localdate(), 10)
    assert deadlines.days_left(clock) == 10
    assert clock.is_running
    assert not clock.is_late


def test_a_stopped_clock_is_gone_and_a_new_one_may_start(subject: Department) -> None:
    first = deadlines.start(subject, KIND)
    deadlines.stop(subject, KIND)
    deadlines.stop(subject, KIND)
    assert deadlines.open_deadline(subject) is None
    assert deadlines.start(subject, KIND).pk != first.pk


def test_a_pause_adds_the_days_that_passed_and_happens_once(subject: Department) -> None:
    clock = deadlines.start(subject, KIND)
    deadlines.pause(subject, KIND)
    paused = deadlines.open_deadline(subject)
    assert paused is not None
    long_ago = timezone.localdate() - timedelta(days=30)
    _back(paused, paused_on=long_ago, due_on=add_working_days(long_ago, 7))
    paused.refresh_from_db()
    assert deadlines.days_left(paused) == 7
    assert not paused.is_late
    deadlines.resume(subject, KIND)
    clock.refresh_from_db()
    assert deadlines.days_left(clock) == 7
    deadlines.pause(subject, KIND)
    clock.refresh_from_db()
    assert clock.paused_on is None


def test_an_extension_is_given_once(subject: Department) -> None:
    with pytest.raises(Conflict):
        deadlines.extend(subject, KIND, working_days=5)
    deadlines.start(subject, KIND)
    assert deadlines.days_left(deadlines.extend(subject, KIND, working_days=5)) == 15
    with pytest.raises(Conflict):
        deadlines.extend(subject, KIND, working_days=5)


def test_an_installation_may_be_faster_than_the_law_but_not_slower(settings: Settings) -> None:
    settings.DEADLINES = {KIND: 3}
    assert deadlines.days_allowed(KIND) == 3
    settings.DEADLINES = {KIND: 30}
    assert deadlines.days_allowed(KIND) == 10


def test_a_loaded_calendar_counts(subject: Department) -> None:
    today = timezone.localdate()
    off = [(today + timedelta(days=n), False) for n in range(1, 40)]
    assert deadlines.load_calendar(off, source="test notice") == 39
    assert deadlines.load_calendar(off, source="test notice") == 39
    assert deadlines.start(subject, KIND).due_on > today + timedelta(days=39)


def test_the_sweep_tells_once_a_day_of_near_and_late_clocks(subject: Department, cast: Cast) -> None:
    told: list[tuple[str, int]] = []

    def near(days_left: int, **kwargs: object) -> None:
        told.append(("near", days_left))

    def missed(days_left: int, **kwargs: object) -> None:
        told.append(("missed", days_left))

    deadline_near.connect(near)
    deadline_missed.connect(missed)
    try:
        late = deadlines.start(subject, KIND)
        _back(late, due_on=timezone.localdate() - timedelta(days=20))
        late.refresh_from_db()
        assert late.is_late
        soon = deadlines.start(cast.authority, KIND)
        _back(soon, due_on=add_working_days(timezone.localdate(), 1))
        deadlines.start(cast.stranger, KIND)
        assert deadlines.sweep() == 2
        assert deadlines.sweep() == 0
    finally:
        deadline_near.disconnect(near)
        deadline_missed.disconnect(missed)
    assert sorted(kind for kind, _days in told) == ["missed", "near"]
    assert dict(told)["near"] == 1
    assert dict(told)["missed"] < 0


def test_many_objects_cost_one_query(cast: Cast, django_assert_num_queries: object) -> None:
    deadlines.start(cast.provider, KIND)
    deadlines.start(cast.authority, KIND)
    with django_assert_num_queries(1):  # type: ignore[operator]
        found = deadlines.deadlines_of([cast.provider, cast.authority, cast.stranger])
    assert set(found) == {str(cast.provider.pk), str(cast.authority.pk)}
    assert deadlines.deadlines_of([]) == {}
