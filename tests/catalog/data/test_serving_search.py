"""A piece of a text is found by trigrams, and what is found is what the files give."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import duckdb
import pytest
from django.db import connection, transaction

from catalog.data.engines import DuckDBEngine, Query
from catalog.data.engines.dialects import POSTGRES
from catalog.data.engines.postgres import PostgresEngine, ServedTable
from catalog.data.engines.readers import Readers
from catalog.data.engines.row_index import RowIndex
from catalog.data.engines.sql import Kind, Source, statement
from catalog.data.plan import Condition, DeliveryPlan, PlanColumn, whole_plan
from catalog.data.schema import Column
from catalog.data.serving import SCHEMA, Contents, Design, build_table, columns_to_search, drop_table
from catalog.data.store import Location
from catalog.gate.serving import _address

pytestmark = pytest.mark.django_db(transaction=True)
COLUMNS = (Column(id="c1", name="code"), Column(id="c2", name="place"), Column(id="c3", name="note"))
ROWS = 30_000
PATTERNS = (
    "吉林大路12345号",
    "%大路12345号",
    "人民大街7号",
    "%大街_77_号%",
    "Say 12",
    "say 12",
    "100\\%_",
    "100\\% 9",
    "长春",
    "长",
    "_",
    "\\",
    "",
    "%",
    "nowhere at all",
    "号9",
)


@pytest.fixture(scope="module")
def location(tmp_path_factory: pytest.TempPathFactory) -> Location:
    path = tmp_path_factory.mktemp("search") / "places.parquet"
    with duckdb.connect(config={"threads": 1}) as writer:
        roads = "CASE i % 5 WHEN 0 THEN '长春市吉林大路' || i || '号' WHEN 1 THEN '长春市人民大街' || i || '号'"
        others = "WHEN 2 THEN 'Say ' || i WHEN 3 THEN '100%_ ' || i END"
        writer.execute(
            f"COPY (SELECT i + 2 AS __row, printf('%06d', i) AS c1, {roads} {others} AS c2, 'x' || i AS c3 "
            f"FROM range({ROWS}) AS t(i)) TO '{path}' (FORMAT parquet)"
        )
    return Location(str(path))


@pytest.fixture
def readers(location: Location) -> Iterator[Readers]:
    """Build a table whose places are found by a part of them, and an index of the same rows."""
    contents = Contents(files=(location,), types={}, rows=ROWS)
    for name, is_index in (("places", False), ("places_index", True)):
        texts = columns_to_search(COLUMNS, ["c2"])
        design = Design(columns=COLUMNS, indexed=("c1",), falling=("c2",), searched=texts, is_index=is_index)
        with transaction.atomic(), connection.cursor() as cursor:
            assert build_table(cursor.cursor, name, design, contents).searched == ("c2",)
    made = Readers(_address)
    yield made
    made.close()
    with connection.cursor() as cursor:
        for name in ("places", "places_index"):
            drop_table(cursor, name)


def engine(readers: Readers, name: str = "places") -> PostgresEngine:
    return PostgresEngine(ServedTable(name=f"{SCHEMA}.{name}"), readers, DuckDBEngine())


def asking(location: Location, *conditions: Condition, **facts: Any) -> Query:
    plan = replace(whole_plan(COLUMNS, "v1"), filters=conditions, **facts)
    return Query(plan=plan.checked(COLUMNS), columns=COLUMNS, files=(location,))


def way_of(readers: Readers, asked: Query, kind: Kind, source: Source) -> str:
    """Say how PostgreSQL would go about it."""
    found = statement(asked, kind, POSTGRES, source)
    with readers.lend() as lent:
        return "\n".join(row[0] for row in lent.execute(f"EXPLAIN {found.sql}", found.params, prepare=False).fetchall())


def test_pieces_of_texts_find_what_the_files_give(location: Location, readers: Readers) -> None:
    """Escapes, capitals, Chinese, patterns too short for a trigram: the index changes nothing of what is found."""
    served, files = engine(readers), DuckDBEngine()
    for pattern in PATTERNS:
        asked = asking(location, Condition("place", "like", pattern), limit=200)
        # More often than PostgreSQL makes plans of their own, were the statement prepared.
        for _ in range(7):
            found = served.page(asked)
        assert found == files.page(asked), pattern
        assert served.count(asked) == files.count(asked), pattern


@pytest.mark.parametrize("kind", [Kind.JSON, Kind.PAGE, Kind.COUNT])
def test_trigrams_are_used(location: Location, readers: Readers, kind: Kind) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname FROM pg_indexes WHERE schemaname = %s AND tablename = 'places' AND indexdef LIKE %s",
            [SCHEMA, "%gin (c2 gin_trgm_ops)%"],
        )
        (name,) = cursor.fetchone()
    asked = asking(location, Condition("place", "like", "大路12345号"), limit=100)
    assert f"Bitmap Index Scan on {name}" in way_of(readers, asked, kind, Source(f"{SCHEMA}.places"))


def test_trigrams_of_an_index_of_rows_are_used(location: Location, readers: Readers) -> None:
    asked = asking(
        location,
        Condition("place", "like", "大路12345号"),
        limit=100,
        columns=(PlanColumn("place"), PlanColumn("code")),
    )
    table = engine(readers, "places_index")
    assert "Bitmap Index Scan" in way_of(readers, asked, Kind.PLACES, Source(table.table.name, file="__file"))
    found = RowIndex(table, frozenset({"c1"}), frozenset({"c2"})).find(asked)
    assert found is not None
    assert (found.rows, found.files) == ((12347,), frozenset({0}))


def test_an_order_that_no_index_has_is_left_to_the_files(location: Location, readers: Readers) -> None:
    """A text that is found by a part alone would be sorted whole for each page."""
    table = engine(readers, "places_index")
    index, source = RowIndex(table, frozenset({"c1"}), frozenset({"c2"})), Source(table.table.name, file="__file")
    both = (PlanColumn("place"), PlanColumn("code"))
    by_code, by_place = (asking(location, limit=10, columns=both, order=(name,)) for name in ("code", "place"))
    assert "Index Scan" in way_of(readers, by_code, Kind.PLACES, source)
    assert index.find(by_code) is not None
    assert "Seq Scan" in way_of(readers, by_place, Kind.PLACES, source)
    assert index.find(by_place) is None


@pytest.mark.parametrize(("order", "is_had"), [("code", True), ("-place", True), ("-code", False), ("note", False)])
def test_orders_are_read_from_their_index(location: Location, readers: Readers, order: str, *, is_had: bool) -> None:
    """A page of an order that an index has needs no sorting, what is missing coming last as everywhere."""
    asked = asking(location, order=(order,), limit=100)
    way = way_of(readers, asked, Kind.PAGE, Source(f"{SCHEMA}.places"))
    assert ("Sort" not in way) == is_had
    assert engine(readers).page(asked) == DuckDBEngine().page(asked)


def test_a_masked_text_is_compared_as_it_is_delivered(location: Location, readers: Readers) -> None:
    """A piece that the mask covers finds nothing, whatever the index of the stored text knows."""
    plan = DeliveryPlan(version="v1", columns=(PlanColumn("place", "keep", {"a": 3, "b": 0}),))
    hidden = replace(plan, filters=(Condition("place", "like", "大路12345号"),), limit=10).checked(COLUMNS)
    asked = Query(plan=hidden, columns=COLUMNS, files=(location,))
    assert engine(readers).page(asked).rows == []
    assert RowIndex(engine(readers, "places_index"), frozenset({"c1", "c2"})).find(asked) is None


def test_only_texts_are_found_by_a_part() -> None:
    assert columns_to_search(
        [*COLUMNS[:1], Column.from_json({"id": "c9", "name": "n", "type": "I"})], ["c1", "c9"]
    ) == ("c1",)
