"""How well people hide, against what a library of others counts in the same rows."""

import random
from collections.abc import Iterator

import duckdb
import pytest
from pycanon import anonymity as theirs

from catalog.data.plan import PlanColumn
from catalog.data.privacy.anonymity import WHOLE_ROWS, anonymity, anonymity_of, measure
from catalog.data.schema import Column, ItemType


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:") as made:
        yield made


@pytest.mark.parametrize("seed", range(8))
def test_k_and_l_are_those_that_another_library_counts(connection: duckdb.DuckDBPyConnection, seed: int) -> None:
    chance = random.Random(seed)
    rows = [(chance.randrange(3), chance.choice("甲乙"), chance.randrange(4)) for _ in range(chance.randint(5, 300))]
    connection.execute("CREATE TABLE whole (q1 BIGINT, q2 VARCHAR, s BIGINT)")
    connection.executemany("INSERT INTO whole VALUES (?, ?, ?)", rows)
    frame = connection.table("whole").df()
    found = anonymity(connection, ["q1", "q2"], ["s"], wanted=5)
    assert found.k == theirs.k_anonymity(frame, ["q1", "q2"])
    assert found.diversity["s"] == theirs.l_diversity(frame, ["q1", "q2"], ["s"])


def test_some_groups_stand_for_all_and_are_whole(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("CREATE TABLE whole AS SELECT i // 3 AS q FROM range(30_000) t(i)")
    found = anonymity(connection, ["q"], [], wanted=5, one_in=10)
    assert (found.k, found.one_in) == (3, 10)
    assert found.groups == pytest.approx(10_000, rel=0.15)
    assert found.rows_at_risk == 3 * found.groups


def test_nothing_delivered_hides_everybody(connection: duckdb.DuckDBPyConnection) -> None:
    column = Column(id="q", name="q", type=ItemType.INTEGER)
    assert anonymity_of(connection, [(column, PlanColumn("q", "null"))], {"q": "quasi"}, wanted=5) is None


def test_a_version_without_rows_has_no_groups() -> None:
    column = Column(id="q", name="q", type=ItemType.INTEGER)
    (found,) = measure([], [column], {}, [[(column, PlanColumn("q"))]], {"q": "quasi"}, rows=0, wanted=5)
    assert found is not None
    assert (found.k, found.groups, found.one_in) == (0, 0, 1)
    assert WHOLE_ROWS > 5_000_000
