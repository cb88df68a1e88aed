"""A real serving table, built from the hostile files, answers every operation as plain Python does."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection, transaction

from catalog.data.engines import DuckDBEngine, stretches
from catalog.data.engines.base import Query
from catalog.data.engines.postgres import PostgresEngine, ServedTable
from catalog.data.engines.readers import Readers
from catalog.data.engines.ready import is_storable
from catalog.data.engines.sql import Kind
from catalog.data.errors import EngineLimit
from catalog.data.exports import export
from catalog.data.exports.served import is_writable
from catalog.data.exports.values import plain
from catalog.data.plan import Condition, DeliveryPlan
from catalog.data.serving import SCHEMA, Contents, Design, build_table, drop_table
from catalog.gate.serving import _address
from tests.catalog.data.parity import oracle
from tests.catalog.data.parity.cases import CASES, WHOLE
from tests.catalog.data.parity.hostile import COLUMNS, KEY, ROWS, files, types

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
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
        built = build_table(cursor.cursor, "parity", DESIGN, contents)
    served = ServedTable(name=f"{SCHEMA}.parity", ready=frozenset(DESIGN.ready_names), plain=frozenset(built.plain))
    yield PostgresEngine(served, readers, DuckDBEngine())
    readers.close()
    with connection.cursor() as cursor:
        drop_table(cursor, "parity")


def query(asked: DeliveryPlan) -> Query:
    return Query(plan=asked.checked(COLUMNS), columns=COLUMNS, files=files(), key=KEY, types=types())


def values(rows: list[dict[str, Any]]) -> list[list[Any]]:
    return [[oracle.exact(value) for value in row.values()] for row in rows]


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
            assert found == wanted, label


def lined() -> dict[str, DeliveryPlan]:
    """The cases, and more without the column of unusual floating numbers: each column, all of them, cut and ordered."""
    found = dict(CASES)
    exact = tuple(column for column in WHOLE.columns if column.name != "real")
    found |= {f"only {column.name}": DeliveryPlan(version="v1", columns=(column,)) for column in exact}
    found["all but real"] = DeliveryPlan(version="v1", columns=exact)
    found["but money"] = DeliveryPlan(version="v1", columns=tuple(column for column in exact if column.name != "money"))
    cuts: list[dict[str, Any]] = [
        {"limit": 1}, {"limit": 19}, {"limit": 20, "offset": 30}, {"offset": 139}, {"offset": 140}, {"limit": 200},
        {"after": (90,)}, {"after": (90,), "limit": 30}, {"after": (141,)}, {"after": (0,), "limit": 3},
    ]  # fmt: skip
    few = Condition("area", "in", ("220102", "2201"))
    for cut in cuts:
        asked = DeliveryPlan(version="v1", columns=exact, **cut)
        found |= {f"cut {cut}": asked, f"cut {cut} of few": replace(asked, where=(few,))}
        for order in [("text",), ("-moment", "area")] if "after" not in cut else []:
            found[f"cut {cut} by {order}"] = replace(asked, order=order)
    keyed = DeliveryPlan(version="v1", columns=exact, order=("-whole",), after=("7", 20), limit=9)
    return found | {"after a key": keyed, "after what is missing": replace(keyed, after=(None, 30))}


@pytest.mark.parametrize("form", ["csv", "tsv", "ndjson", "json"])
def test_files_of_lines_are_the_same_bytes(engine: PostgresEngine, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the table as from the files: quotes, line ends, formulas, what is missing and what is empty."""
    monkeypatch.setattr(stretches, "FIRST_ROWS", 19)
    monkeypatch.setattr(stretches, "AIM_BYTES", 5_000)
    kind, written = {"csv": Kind.CSV, "tsv": Kind.TSV}.get(form, Kind.LINES), 0
    for label, case in lined().items():
        asked = query(case)
        wanted = b"".join(export(engine.files, asked, form, bom=True))
        for served in (engine, PostgresEngine(ServedTable(name=engine.table.name), engine.readers, engine.files)):
            assert b"".join(export(served, asked, form, bom=True)) == wanted, label
        written += is_writable(asked, kind, engine.table.plain)
    assert written > 130


def test_plain_columns_are_known_and_say_nothing_wrong(engine: PostgresEngine) -> None:
    """Only those columns go without a look whose every value may: here "area", "money" and "late" do."""
    assert engine.table.plain == {"c3", "c6", "c10"}


@pytest.mark.parametrize("label", ["all but real", "cut {'limit': 200}", "cut {'limit': 20, 'offset': 30}"])
def test_files_go_on_where_the_table_ends(engine: PostgresEngine, monkeypatch: pytest.MonkeyPatch, label: str) -> None:
    """A table dropped in the middle of a file: the rest comes from the files, and nothing stands twice."""
    monkeypatch.setattr(stretches, "FIRST_ROWS", 10)
    monkeypatch.setattr(stretches, "AIM_BYTES", 1)
    asked = query(lined()[label])
    coming = export(engine, asked, "csv")
    found = [next(coming), next(coming)]
    with connection.cursor() as cursor:
        drop_table(cursor, "parity")
    assert b"".join([*found, *coming]) == b"".join(export(engine.files, asked, "csv"))


def test_files_make_an_order_that_takes_the_table_too_long(
    engine: PostgresEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stops a stretch of row numbers stops the delivery; an order the files have more time for."""

    def late(*_asked: object, **_how: object) -> list[tuple[Any, ...]]:
        raise EngineLimit("engine_time", seconds=30)

    ordered = query(lined()["cut {'limit': 19} by ('text',)"])
    wanted = b"".join(export(engine.files, ordered, "csv"))
    whole = query(lined()["all but real"])
    monkeypatch.setattr(stretches, "FIRST_ROWS", 1)
    monkeypatch.setattr(PostgresEngine, "_span", lambda _self: (2, 141))
    monkeypatch.setattr(PostgresEngine, "ask", late)
    assert b"".join(export(engine, ordered, "csv")) == wanted
    with pytest.raises(EngineLimit):
        list(export(engine, whole, "csv"))


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
