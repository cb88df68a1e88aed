"""A real serving table, built from the hostile files, answers every operation as plain Python does."""

import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction

from catalog.data.engines import DuckDBEngine
from catalog.data.engines.base import Query
from catalog.data.engines.postgres import PostgresEngine, ServedTable
from catalog.data.engines.readers import Readers
from catalog.data.engines.ready import is_storable
from catalog.data.exports.values import plain
from catalog.data.plan import DeliveryPlan
from catalog.data.serving import SCHEMA, Contents, Design, build_table, drop_table
from catalog.gate.serving import _address
from tests.catalog.data.parity import oracle
from tests.catalog.data.parity.cases import CASES, WHOLE
from tests.catalog.data.parity.hostile import COLUMNS, KEY, ROWS, files, types

pytestmark = pytest.mark.django_db(transaction=True)
ALL = 100_000
STORED = [case.checked(COLUMNS) for case in CASES.values() if is_storable(case)]
DESIGN = Design(
    columns=COLUMNS,
    indexed=tuple(column.id for column in COLUMNS),
    is_searched=True,
    ready=tuple({str(plan.delivered): plan.delivered for plan in (WHOLE, *STORED)}.values()),
)


@pytest.fixture
def engine() -> Iterator[PostgresEngine]:
    readers = Readers(_address)
    with transaction.atomic(), connection.cursor() as cursor:
        drop_table(cursor, "parity")
        contents = Contents(files=files(), types=types(), rows=len(ROWS))
        build_table(cursor.cursor, "parity", DESIGN, contents)
    yield PostgresEngine(
        ServedTable(name=f"{SCHEMA}.parity", ready=frozenset(DESIGN.ready_names)), readers, DuckDBEngine()
    )
    readers.close()
    with connection.cursor() as cursor:
        drop_table(cursor, "parity")


def query(asked: DeliveryPlan) -> Query:
    return Query(plan=asked.checked(COLUMNS), columns=COLUMNS, files=files(), key=KEY, types=types())


def values(rows: list[dict[str, Any]]) -> list[list[Any]]:
    return [[oracle.exact(value) for value in row.values()] for row in rows]


def exact(rows: list[dict[str, Any]], decimals: set[str]) -> list[dict[str, Any]]:
    """Compare decimals by their value: how many zeros end a long one written as text differs between engines."""
    return [
        {name: Decimal(str(value)) if name in decimals and value is not None else value for name, value in row.items()}
        for row in rows
    ]


def test_pages_and_counts_are_those_of_plain_python(engine: PostgresEngine) -> None:
    for label, case in CASES.items():
        asked = query(replace(case, limit=case.limit or ALL))
        wanted = oracle.answer(asked.plan, COLUMNS, ROWS, KEY)
        found = [list(map(oracle.exact, row)) for row in engine.page(asked).rows]
        assert found == values(wanted), label
        unlimited = query(replace(case, limit=None, offset=0))
        assert engine.count(unlimited) == len(oracle.answer(unlimited.plan, COLUMNS, ROWS, KEY)), label


def test_rows_as_json_are_those_of_the_files(engine: PostgresEngine) -> None:
    """Ready ones, and those that PostgreSQL writes when asked."""
    for served in (engine, PostgresEngine(ServedTable(name=engine.table.name), engine.readers, engine.files)):
        for label, case in CASES.items():
            asked = query(replace(case, limit=case.limit or ALL))
            names = [field.name for field in asked.fields]
            wanted = [dict(zip(names, map(plain, row), strict=True)) for row in engine.files.page(asked).rows]
            found = [json.loads(text) for text in served.json_page(asked).rows]
            decimals = {field.name for field in asked.fields if field.type.is_decimal}
            assert exact(found, decimals) == exact(wanted, decimals), label


@pytest.mark.parametrize("order", [(), ("text",), ("-real", "area"), ("-moment",), ("money", "-truth")])
def test_pages_one_after_the_other_are_the_whole(engine: PostgresEngine, order: tuple[str, ...]) -> None:
    asked = query(replace(WHOLE, order=order, limit=47))
    wanted = values(oracle.answer(replace(asked.plan, limit=None), COLUMNS, ROWS, KEY))
    found: list[list[Any]] = []
    key: tuple[Any, ...] | None = None
    while len(found) <= len(wanted):
        page = engine.page(replace(asked, plan=replace(asked.plan, after=key)))
        found += [list(map(oracle.exact, row)) for row in page.rows]
        key = page.next_key
        if key is None:
            break
    assert found == wanted
