"""The index of a version too large for a table: with it the files answer as plain Python does, and read less."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.db import connection, transaction

from catalog.data.engines import DuckDBEngine, Query
from catalog.data.engines.postgres import PostgresEngine, ServedTable
from catalog.data.engines.readers import Readers
from catalog.data.engines.row_index import RowIndex
from catalog.data.plan import Condition, DeliveryPlan, PlanColumn
from catalog.data.serving import SCHEMA, Contents, Design, build_table, drop_table
from catalog.gate.serving import _address
from tests.catalog.data.parity import oracle
from tests.catalog.data.parity.cases import CASES, WHOLE
from tests.catalog.data.parity.hostile import COLUMNS, KEY, ROWS, files, types
from tests.catalog.data.parity.test_serving_table import query

pytestmark = pytest.mark.django_db(transaction=True)
ALL_IDS = tuple(column.id for column in COLUMNS)
FEW = ("c3", "c7")
ALL = 9_000


@pytest.fixture(params=[ALL_IDS, FEW], ids=["every column", "two columns"])
def index(request: pytest.FixtureRequest) -> Iterator[RowIndex]:
    readers = Readers(_address)
    texts = ("c1",) if request.param == ALL_IDS else ()
    falling = tuple(request.param if texts else ())
    design = Design(columns=COLUMNS, indexed=request.param, falling=falling, searched=texts, is_index=True)
    with transaction.atomic(), connection.cursor() as cursor:
        build_table(cursor.cursor, "rows", design, Contents(files=files(), types=types(), rows=len(ROWS)))
    table = PostgresEngine(ServedTable(name=f"{SCHEMA}.rows"), readers, DuckDBEngine())
    yield RowIndex(table, *map(frozenset, (design.indexed, design.searched, design.falling)))
    readers.close()
    with connection.cursor() as cursor:
        drop_table(cursor, "rows")


def narrowed(index: RowIndex, asked: Query) -> Query | None:
    found = index.find(asked)
    if found is None:
        return None
    plan = replace(asked.plan, after=None, offset=0) if found.is_page else asked.plan
    places = tuple(file for place, file in enumerate(files()) if place in found.files)
    return replace(asked, plan=plan, files=places, rows=found.rows)


def test_narrowed_files_answer_as_plain_python_does(index: RowIndex) -> None:
    engine, helped = DuckDBEngine(), 0
    for label, case in CASES.items():
        asked = query(replace(case, limit=case.limit or ALL))
        fewer = narrowed(index, asked)
        wanted = [[*map(oracle.exact, row.values())] for row in oracle.answer(asked.plan, COLUMNS, ROWS, KEY)]
        if fewer is not None:
            helped += 1
            assert [[*map(oracle.exact, row)] for row in engine.page(fewer).rows] == wanted, label
        counted = index.count(query(replace(case, limit=None, offset=0)))
        assert counted is None or counted == len(
            oracle.answer(replace(asked.plan, limit=None, offset=0), COLUMNS, ROWS, KEY)
        )
    assert helped > (10 if len(index.held) == len(FEW) else 70)


@pytest.mark.parametrize("order", [(), ("text",), ("area", "-whole"), ("moment",), ("-money",)])
def test_pages_one_after_the_other_are_the_whole(index: RowIndex, order: tuple[str, ...]) -> None:
    plan = replace(WHOLE, where=(Condition("whole", "ge", "-7"),), order=order)
    wanted = [[*map(oracle.exact, row.values())] for row in oracle.answer(query(plan).plan, COLUMNS, ROWS, KEY)]
    found: list[list[object]] = []
    key: tuple[object, ...] | None = None
    while True:
        asked = query(replace(plan, limit=11, after=key))
        page = DuckDBEngine().page(narrowed(index, asked) or asked)
        found += [[*map(oracle.exact, row)] for row in page.rows]
        key = page.next_key
        if key is None:
            break
    assert found == wanted


def test_what_the_index_does_not_hold_is_left_to_the_files(index: RowIndex) -> None:
    masked = DeliveryPlan(version="v1", columns=(PlanColumn("area", "area4"),))
    for plan in (
        WHOLE,
        replace(WHOLE, search="a"),
        replace(masked, filters=(Condition("area", "eq", "2201"),)),
        replace(WHOLE, where=(Condition("text", "like", "街道"),)),
        CASES["count by area"],
    ):
        assert index.find(query(replace(plan, limit=10))) is None
        assert index.count(query(plan)) is None


def test_order_alone_is_taken_from_the_index_that_has_it(index: RowIndex) -> None:
    """What must be sorted first, the files sort."""
    for order, is_had in (("whole", True), ("-whole", len(index.held) > len(FEW))):
        asked = query(replace(WHOLE, order=(order,), limit=10))
        fewer = narrowed(index, asked)
        assert (fewer is not None) == is_had
        wanted = [[*map(oracle.exact, row.values())] for row in oracle.answer(asked.plan, COLUMNS, ROWS, KEY)]
        assert [[*map(oracle.exact, row)] for row in DuckDBEngine().page(fewer or asked).rows] == wanted


def test_nothing_found_reads_no_file(index: RowIndex) -> None:
    asked = narrowed(index, query(replace(WHOLE, where=(Condition("area", "eq", "nowhere"),), limit=5)))
    assert asked is not None
    assert (asked.files, asked.rows) == ((), ())
    assert DuckDBEngine().page(asked).rows == []


def test_too_many_candidates_are_left_to_the_files(index: RowIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalog.data.engines.row_index.MOST_ROWS", 3)
    some = (Condition("whole", "ge", "0"),)
    assert index.find(query(replace(WHOLE, where=some, search="a", limit=2))) is None
    found = index.find(query(replace(WHOLE, where=some, limit=2)))
    assert found is not None
    assert (found.is_page, len(found.rows)) == (True, 3)
