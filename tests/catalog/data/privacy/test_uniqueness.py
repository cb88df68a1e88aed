"""Which columns together single out rows."""

from collections.abc import Iterator
from itertools import combinations

import duckdb
import pytest

from catalog.data.plan import PlanColumn
from catalog.data.privacy.uniqueness import SHARE, Uniqueness, uniqueness
from catalog.data.schema import Column, ItemType


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:") as made:
        yield made


def looked_at(connection: duckdb.DuckDBPyConnection, rows: int, *, known: bool = False, **columns: str) -> Uniqueness:
    """Look at a table of `rows` rows whose columns are SQL over the number `i`."""
    listed = ", ".join(f"({sql})::VARCHAR AS {name}" for name, sql in columns.items())
    connection.execute(f"CREATE OR REPLACE TABLE whole AS SELECT i AS __row, {listed} FROM range({rows}) t(i)")
    planned = [(Column(id=name, name=name), PlanColumn(name)) for name in columns]
    counted = connection.execute(f"SELECT {', '.join(f'count(DISTINCT {n})' for n in columns)} FROM whole").fetchall()
    return uniqueness(
        connection, planned, rows=rows, distinct=dict(zip(columns, counted[0], strict=True)) if known else {}
    )


def test_the_fewest_columns_are_told_and_not_what_contains_them(connection: duckdb.DuckDBPyConnection) -> None:
    found = looked_at(connection, 400, id="i", a="i % 20", b="i // 20", c="1")
    assert [(one.columns, one.share) for one in found.groups] == [(("id",), 1.0), (("a", "b"), 1.0)]
    assert (found.found, found.is_estimate) == (2, False)


def test_three_columns_may_be_needed(connection: duckdb.DuckDBPyConnection) -> None:
    found = looked_at(connection, 1000, a="i % 10", b="i // 10 % 10", c="i // 100")
    assert [set(one.columns) for one in found.groups] == [{"a", "b", "c"}]


def test_only_a_share_of_the_rows_may_stand_alone(connection: duckdb.DuckDBPyConnection) -> None:
    found = looked_at(connection, 1000, a="CASE WHEN i < 100 THEN i ELSE 0 END", b="CASE WHEN i < 10 THEN i ELSE 0 END")
    assert [(one.columns, one.share) for one in found.groups] == [(("a",), 0.099)]


def test_hidden_and_masked_columns_count_as_they_leave(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        "CREATE TABLE whole AS SELECT i AS __row, DATE '2000-01-01' + i::INTEGER AS born, i AS n FROM range(700) t(i)"
    )
    born, n = Column(id="born", name="born", type=ItemType.DATE), Column(id="n", name="n", type=ItemType.INTEGER)
    planned = [(born, PlanColumn("born", "year")), (n, PlanColumn("n", "drop"))]
    assert uniqueness(connection, planned, rows=700, distinct={"born": 700, "n": 700}).groups == ()
    assert uniqueness(connection, [], rows=700, distinct={}).groups == ()
    plain = [(born, PlanColumn("born")), (n, PlanColumn("n", "null"))]
    assert [one.columns for one in uniqueness(connection, plain, rows=700, distinct={}).groups] == [("born",)]


def test_a_table_without_rows_singles_nobody_out(connection: duckdb.DuckDBPyConnection) -> None:
    assert looked_at(connection, 0, a="i") == Uniqueness()


@pytest.mark.parametrize("known", [False, True])
def test_shares_of_a_large_table_are_estimated_near_the_truth(
    connection: duckdb.DuckDBPyConnection,
    known: bool,
) -> None:
    columns = {f"c{at}": f"hash(i * 31 + {at}) % {n}" for at, n in enumerate([3, 40, 60, 300, 2_000, 20_000])}
    found = looked_at(connection, 60_000, known=known, **columns)
    assert found.is_estimate
    shares = {frozenset(one.columns): one.share for one in found.groups}
    truth = {}
    for size in (1, 2, 3):
        for some in combinations(columns, size):
            names = ", ".join(some)
            ((single,),) = connection.execute(
                f"SELECT count(*) FILTER (n = 1) FROM (SELECT count(*) AS n FROM whole GROUP BY {names})"
            ).fetchall()
            truth[frozenset(some)] = single / 60_000
    assert shares
    for group, share in shares.items():
        assert share == pytest.approx(truth[group], abs=0.06), group
    # Whatever clearly stands out is told, by itself or by fewer of its columns; the list shows ten.
    told = set(shares)
    clear = {group for group, share in truth.items() if share > 2 * SHARE}
    smallest = {group for group in clear if not any(other < group for other in clear)}
    assert len(smallest - told) <= max(0, found.found - len(found.groups)) + 1
