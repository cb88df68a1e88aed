"""Working days: the National Day week of 2026, make-up weekends, years not announced yet, overrides."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from portal.kernel.working_days import add_working_days, is_announced, is_working_day, working_days_between

days = st.dates(date(2024, 1, 1), date(2027, 6, 30))


def test_national_day_is_off_and_the_make_up_weekend_is_on() -> None:
    assert not is_working_day(date(2026, 10, 1))
    assert is_working_day(date(2026, 10, 10))  # Saturday, worked (State Council notice for 2026)
    assert add_working_days(date(2026, 9, 30), 1) == date(2026, 10, 8)


def test_a_year_not_announced_counts_monday_to_friday_until_its_table_is_loaded() -> None:
    new_year = date(2031, 1, 1)
    assert new_year.weekday() < 5
    assert not is_announced(new_year)
    assert is_working_day(new_year)
    table = {new_year: False}
    assert is_announced(new_year, table)
    assert not is_working_day(new_year, table)


@given(days, st.integers(0, 40))
def test_adding_and_counting_agree(day: date, count: int) -> None:
    end = add_working_days(day, count)
    assert working_days_between(day, end) == count
    assert working_days_between(end, day) == -count


@given(days, st.integers(1, 40))
def test_a_deadline_ends_on_a_working_day(day: date, count: int) -> None:
    assert is_working_day(add_working_days(day, count))
    assert add_working_days(day, 0) == day
    assert add_working_days(day, count) >= day + timedelta(days=count)
