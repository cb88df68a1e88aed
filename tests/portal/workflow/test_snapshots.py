"""Snapshots and numbers: differences field by field, series without gaps."""

import threading

import pytest
from django.db import connection, transaction

from portal.kernel.actors import system_actor
from portal.workflow.numbers import next_number
from portal.workflow.snapshots import Change, changes_since_last, differences, take_snapshot
from tests.cast import Cast

ACTOR = system_actor("tests")


def test_differences_name_new_changed_and_gone_fields() -> None:
    before = {"title": "A", "kept": 1, "gone": [1]}
    after = {"title": "B", "kept": 1, "new": "x"}
    assert differences(before, after) == [
        Change("title", "A", "B"),
        Change("new", None, "x"),
        Change("gone", [1], None),
    ]


def test_changes_compare_the_last_two_submissions(cast: Cast) -> None:
    assert changes_since_last(cast.provider) == []
    take_snapshot(cast.provider, {"a": 1}, ACTOR)
    assert changes_since_last(cast.provider) == []
    take_snapshot(cast.provider, {"a": 2}, ACTOR)
    take_snapshot(cast.provider, {"a": 3}, ACTOR)
    assert changes_since_last(cast.provider) == [Change("a", 2, 3)]


@pytest.mark.django_db(transaction=True)
def test_numbers_are_never_given_twice_and_leave_no_gap() -> None:
    given: list[str] = []

    def take() -> None:
        try:
            for _n in range(5):
                with transaction.atomic():
                    given.append(next_number("TT"))
        finally:
            connection.close()

    threads = [threading.Thread(target=take) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(int(number.rsplit("-", 1)[1]) for number in given) == list(range(1, 21))
