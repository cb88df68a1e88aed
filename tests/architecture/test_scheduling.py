"""What shares a thing that is long to start goes to one process of the suite, and what is long begins first."""

from pathlib import Path

import pytest

from tests.conftest import JOURNEYS, TOGETHER, ByFile, pytest_collection_modifyitems

TESTS = Path(__file__).parents[1]
STARTS = "spark" + "_engine"


def test_all_files_that_start_spark_go_to_one_process() -> None:
    """A second session of Spark would cost half a minute."""
    starting = {
        path.relative_to(TESTS.parent).as_posix() for path in TESTS.rglob("test_*.py") if STARTS in path.read_text()
    }
    assert starting <= set(TOGETHER[1])
    assert len({ByFile._split_scope(object.__new__(ByFile), f"{name}::test_it[spark]") for name in starting}) == 1


def test_journeys_go_to_one_process_and_other_files_each_to_any() -> None:
    names = (f"{JOURNEYS}test_a.py", f"{JOURNEYS}test_b.py", "tests/test_a.py", "tests/test_b.py")
    scopes = [ByFile._split_scope(object.__new__(ByFile), f"{name}::test_it") for name in names]
    assert scopes == [JOURNEYS, JOURNEYS, *names[2:]]


def test_what_takes_longest_begins(request: pytest.FixtureRequest) -> None:
    items = list(request.session.items)
    pytest_collection_modifyitems(items)
    ranks = [
        0
        if item.nodeid.startswith(JOURNEYS)
        else 1
        if {"slow", "browser"} & {mark.name for mark in item.iter_markers()}
        else 2
        for item in items
    ]
    assert ranks == sorted(ranks)
