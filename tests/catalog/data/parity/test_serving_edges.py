"""A serving table of values at the edges: the pages of plain Python, and the bytes of the files."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection, transaction

from catalog.data.engines import DuckDBEngine, Engine
from catalog.data.engines.postgres import PostgresEngine, ServedTable
from catalog.data.engines.readers import Readers
from catalog.data.engines.sql import Kind
from catalog.data.exports import export
from catalog.data.exports.served import is_writable
from catalog.data.exports.values import plain
from catalog.data.plan import DeliveryPlan, PlanColumn
from catalog.data.serving import SCHEMA, Contents, Design, build_table, drop_table
from catalog.gate.serving import _address
from tests.catalog.data.parity import oracle
from tests.catalog.data.parity.edges import CASES, COLUMNS, ROWS, TYPES, WHOLE, files
from tests.catalog.data.parity.test_edges import query

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
DESIGN = Design(columns=COLUMNS, indexed=tuple(column.id for column in COLUMNS), ready=(WHOLE.columns,))
ALL = 1_000


@pytest.fixture
def engine() -> Iterator[PostgresEngine]:
    readers = Readers(_address)
    with transaction.atomic(), connection.cursor() as cursor:
        contents = Contents(files=files(), types=TYPES, rows=len(ROWS))
        built = build_table(cursor.cursor, "edges", DESIGN, contents)
    served = ServedTable(name=f"{SCHEMA}.edges", ready=frozenset(DESIGN.ready_names), plain=frozenset(built.plain))
    yield PostgresEngine(served, readers, DuckDBEngine())
    readers.close()
    with connection.cursor() as cursor:
        drop_table(cursor, "edges")


def test_pages_and_counts_are_those_of_plain_python(engine: PostgresEngine) -> None:
    for label, case in CASES.items():
        asked = query(replace(case, limit=ALL))
        names = [field.name for field in asked.fields]
        found = [dict(zip(names, map(oracle.exact, row), strict=True)) for row in engine.page(asked).rows]
        assert found == oracle.answer(asked.plan, COLUMNS, ROWS, asked.key), label
        assert engine.count(query(case)) == len(found), label


def test_rows_as_json_are_those_of_the_files(engine: PostgresEngine) -> None:
    """Ready ones, and those that PostgreSQL writes when asked."""
    bare = PostgresEngine(ServedTable(name=engine.table.name), engine.readers, engine.files)
    for label, case in CASES.items():
        asked = query(replace(case, limit=ALL))
        names = [field.name for field in asked.fields]
        wanted = [dict(zip(names, map(plain, row), strict=True)) for row in engine.files.page(asked).rows]
        for served in (engine, bare):
            assert [json.loads(text) for text in served.json_page(asked).rows] == wanted, label


def test_pages_one_after_the_other_are_the_whole(engine: PostgresEngine) -> None:
    """Cursors carry the order's values as texts: the smallest and the longest come back as they were."""
    for order in ("vast", "-fine", "real", "-usual", "moment", "-day"):
        ordered = replace(WHOLE, order=(order,))
        wanted = [list(row.values()) for row in oracle.answer(query(ordered).plan, COLUMNS, ROWS, b"")]
        for one in (engine, engine.files):
            assert list(paged(one, ordered)) == wanted, order


def paged(engine: Engine, plan: DeliveryPlan) -> Iterator[list[Any]]:
    key: tuple[Any, ...] | None = None
    while True:
        page = engine.page(query(replace(plan, limit=7, after=key)))
        yield from (list(map(oracle.exact, row)) for row in page.rows)
        key = page.next_key
        if key is None:
            return


def test_files_of_lines_are_the_same_bytes(engine: PostgresEngine) -> None:
    cases = {f"only {column.name}": plan_of(column.name) for column in COLUMNS}
    cases["usual"] = plan_of("usual", "name", "day", "moment")
    cases["usual by name"] = replace(cases["usual"], order=("-name",), limit=40, offset=3)
    for form in ("csv", "tsv", "ndjson", "json"):
        kind = {"csv": Kind.CSV, "tsv": Kind.TSV}.get(form, Kind.LINES)
        for label, case in (CASES | cases).items():
            asked = query(case)
            assert b"".join(export(engine, asked, form)) == b"".join(export(engine.files, asked, form)), label
        for label in ("only usual", "usual", "usual by name"):
            assert is_writable(query(cases[label]), kind, engine.table.plain)
        assert not is_writable(query(cases["only real"]), kind, engine.table.plain)


def plan_of(*names: str) -> DeliveryPlan:
    return DeliveryPlan(version="v1", columns=tuple(map(PlanColumn, names)))


def test_columns_whose_every_number_is_written_alike_are_known(engine: PostgresEngine) -> None:
    """Not the long and small decimals of "fine" nor the odd numbers of "real"; texts with a comma neither."""
    assert engine.table.plain == {"e1", "e6"}
