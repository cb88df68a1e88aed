"""Serving tables hold what the files hold, and PostgreSQL answers from them what DuckDB answers from the files."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.db import connection, transaction

from catalog.data.engines.base import Query
from catalog.data.engines.postgres import PostgresEngine, ServedTable
from catalog.data.engines.readers import Readers, ReadLimits
from catalog.data.errors import DamagedFile, EngineLimit, PlanInvalid, ServingGone
from catalog.data.exports.values import plain
from catalog.data.plan import AskedPlan, Condition, DeliveryPlan, PlanColumn, intersect, whole_plan
from catalog.data.plan.cursor import write_cursor
from catalog.data.schema import ROW_COLUMN, Column
from catalog.data.serving import SCHEMA, Contents, Design, build_table, columns_to_index, drop_table, table_names
from catalog.data.store import Location
from tests.catalog.data.tables import COLUMNS, ENGINE, KEY, ROWS, path

pytestmark = pytest.mark.django_db(transaction=True)
WHOLE = whole_plan(COLUMNS)
MASKED = DeliveryPlan(
    version="*",
    columns=(
        PlanColumn("name", "keep", {"a": 1, "b": 1}),
        PlanColumn("area", "area4"),
        PlanColumn("born", "year"),
        PlanColumn("seen", "month"),
        PlanColumn("amount", "round", {"digits": 0}),
        PlanColumn("count", "band", {"width": 10}),
        PlanColumn("valid"),
    ),
)
DESIGN = Design(
    columns=COLUMNS, indexed=("c1", "c2", "c3", "c7", "c8"), is_searched=True, ready=(WHOLE.columns, MASKED.columns)
)
CONTENTS = Contents(files=(Location(str(path())),), types={}, rows=len(ROWS))


@contextmanager
def building() -> Iterator[Any]:
    with transaction.atomic(), connection.cursor() as cursor:
        yield cursor.cursor


def query(plan: DeliveryPlan, columns: tuple[Column, ...] = COLUMNS) -> Query:
    return Query(plan=plan, columns=columns, files=(Location(str(path())),), key=KEY)


def narrowed(allowed: DeliveryPlan, asked: AskedPlan) -> DeliveryPlan:
    return intersect(allowed, asked, COLUMNS, "v1")


def words() -> dict[str, Any]:
    found = connection.settings_dict
    return {
        "dbname": found["NAME"],
        "user": found["USER"],
        "password": found["PASSWORD"],
        "host": found["HOST"],
        "port": found["PORT"] or None,
    }


@pytest.fixture
def readers() -> Iterator[Readers]:
    made = Readers(words)
    yield made
    made.close()


@pytest.fixture
def engine(readers: Readers) -> Iterator[PostgresEngine]:
    with building() as cursor:
        drop_table(cursor, "v1")
        build_table(cursor, "v1", DESIGN, CONTENTS)
    yield PostgresEngine(ServedTable(name=f"{SCHEMA}.v1", ready=frozenset(DESIGN.ready_names)), readers, ENGINE)
    readers.close()
    with building() as cursor:
        drop_table(cursor, "v1")


def pages(plan: DeliveryPlan, engine: Any, rows: int = 40) -> list[tuple[Any, ...]]:
    """Read every page, one after the other."""
    found: list[tuple[Any, ...]] = []
    after: tuple[Any, ...] | None = None
    while True:
        page = engine.page(query(replace(plan, limit=rows, after=after)))
        found += page.rows
        if page.next_key is None:
            return found
        after = page.next_key


def texts(plan: DeliveryPlan, engine: PostgresEngine) -> list[dict[str, Any]]:
    return [json.loads(row) for row in engine.json_page(query(replace(plan, limit=1000))).rows]


def values(plan: DeliveryPlan) -> list[dict[str, Any]]:
    """What the files give as JSON, by way of Python."""
    asked = query(replace(plan, limit=1000))
    names = [field.name for field in asked.fields]
    return [dict(zip(names, map(plain, row), strict=True)) for row in ENGINE.page(asked).rows]


QUESTIONS = (
    AskedPlan(),
    AskedPlan(filters=(Condition("area", "eq", "220101001"),)),
    AskedPlan(filters=(Condition("count", "ge", "50"), Condition("name", "like", "吉"))),
    AskedPlan(search="SAY"),
    AskedPlan(order=("-amount", "name")),
    AskedPlan(order=("-name",), filters=(Condition("valid", "eq", "true"),)),
    AskedPlan(columns=("name", "amount", "seen"), order=("seen",)),
    AskedPlan(filters=(Condition("name", "eq", "'; DROP TABLE serving.v1; --"),)),
    AskedPlan(filters=(Condition("name", "like", "%_\\"),)),
)


@pytest.mark.parametrize("asked", QUESTIONS, ids=range(len(QUESTIONS)))
def test_serving_table_answers_as_the_files_do(engine: PostgresEngine, asked: AskedPlan) -> None:
    plan = narrowed(WHOLE, asked)
    assert repr(pages(plan, engine)) == repr(pages(plan, ENGINE))
    assert engine.count(query(plan)) == ENGINE.count(query(plan))
    assert texts(plan, engine) == values(plan)


@pytest.mark.parametrize("is_ready", [True, False])
@pytest.mark.parametrize("allowed", [WHOLE, MASKED], ids=["whole", "masked"])
def test_ready_json_is_what_python_writes(engine: PostgresEngine, allowed: DeliveryPlan, is_ready: bool) -> None:
    table = engine.table if is_ready else replace(engine.table, ready=frozenset())
    plan = narrowed(allowed, AskedPlan())
    assert texts(plan, PostgresEngine(table, engine.readers, ENGINE)) == values(plan)


def test_keyed_masks_are_made_at_reading_and_never_stored(engine: PostgresEngine) -> None:
    plan = narrowed(DeliveryPlan(version="*", columns=(PlanColumn("idno", "hmac"),)), AskedPlan())
    assert texts(plan, engine) == values(plan)


def test_names_with_any_sign_are_names(readers: Readers, tmp_path: Path) -> None:
    columns = (Column(id="c1", name="100%s 'quoted' \"x\""), Column(id="c2", name="a\\b"))
    file = tmp_path / "names.parquet"
    pq.write_table(pa.table({ROW_COLUMN: [2, 3], "c1": ["%s", None], "c2": ["", "\\."]}), file)
    design = Design(columns=columns, ready=(whole_plan(columns).columns,))
    contents = Contents(files=(Location(str(file)),), types={}, rows=2)
    with building() as cursor:
        build_table(cursor, "names", design, contents)
    for ready in (frozenset(design.ready_names), frozenset[str]()):
        engine = PostgresEngine(ServedTable(name=f"{SCHEMA}.names", ready=ready), readers, ENGINE)
        asked = query(replace(whole_plan(columns, "v1"), limit=10), columns=columns)
        first, second = (json.loads(row) for row in engine.json_page(asked).rows)
        assert first == {columns[0].name: "%s", columns[1].name: ""}
        assert second == {columns[0].name: None, columns[1].name: "\\."}
    readers.close()
    with building() as cursor:
        drop_table(cursor, "names")


def test_cursor_of_one_engine_continues_with_the_other(engine: PostgresEngine) -> None:
    plan = narrowed(WHOLE, AskedPlan(order=("amount",)))
    first = engine.page(query(replace(plan, limit=30)))
    assert first.next_key == ENGINE.page(query(replace(plan, limit=30))).next_key
    assert first.next_key is not None
    on = replace(plan, limit=30, after=first.next_key)
    assert write_cursor(plan.shape, first.next_key)
    assert repr(engine.page(query(on)).rows) == repr(ENGINE.page(query(on)).rows)


def test_streams_come_from_the_files(engine: PostgresEngine) -> None:
    asked = query(narrowed(WHOLE, AskedPlan()))
    assert sum(batch.num_rows for batch in engine.batches(asked)) == len(ROWS)
    assert sum(batch.num_rows for batch in engine.texts(asked)) == len(ROWS)


def test_filter_on_a_key_uses_its_index(engine: PostgresEngine) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE schemaname = %s", [SCHEMA])
        defined = " ".join(row[0] for row in cursor.fetchall())
    for part in ("btree (c1, __row)", "gin_trgm_ops", "NULLIF(c8"):
        assert part in defined


def test_text_too_long_for_an_index_goes_without(readers: Readers) -> None:
    """Incompressible texts of thousands of characters do not fit a page of an index: the table stands all the same."""
    with building() as cursor:
        built = build_table(cursor, "long", DESIGN, CONTENTS)
        assert set(built.indexed) <= set(DESIGN.indexed)
        assert built.bytes > 0
        drop_table(cursor, "long")


def test_rows_that_are_missing_fail_the_build_and_leave_nothing() -> None:
    with pytest.raises(DamagedFile), building() as cursor:
        build_table(cursor, "short", DESIGN, replace(CONTENTS, rows=len(ROWS) + 1))
    with connection.cursor() as cursor:
        assert "short" not in table_names(cursor)


def test_unreadable_file_fails_the_build() -> None:
    contents = replace(CONTENTS, files=(Location("/nowhere/at/all.parquet"),))
    with pytest.raises(DamagedFile), building() as cursor:
        build_table(cursor, "unread", DESIGN, contents)


def test_query_ends_at_its_limit_of_time(engine: PostgresEngine) -> None:
    slow = Readers(words, ReadLimits(seconds=0.001))
    wide = " CROSS JOIN ".join([f"{SCHEMA}.v1"] + ["generate_series(1, 2000) AS g(n)"] * 1)
    hurried = PostgresEngine(replace(engine.table, name=wide), slow, ENGINE)
    with pytest.raises(EngineLimit):
        hurried.count(query(narrowed(WHOLE, AskedPlan(search="nothing like it"))))
    slow.close()


def test_table_that_is_gone_and_server_that_is_away_are_told_apart_from_refusals(engine: PostgresEngine) -> None:
    asked = query(narrowed(WHOLE, AskedPlan(limit=5)))
    for found in (
        PostgresEngine(replace(engine.table, name=f"{SCHEMA}.none"), engine.readers, ENGINE),
        PostgresEngine(engine.table, Readers(lambda: words() | {"dbname": "nothing"}), ENGINE),
    ):
        with pytest.raises(ServingGone):
            found.page(asked)
    with pytest.raises(PlanInvalid):
        engine.page(query(narrowed(WHOLE, AskedPlan())))


def test_broken_idle_connection_is_replaced(engine: PostgresEngine) -> None:
    asked = query(narrowed(WHOLE, AskedPlan(limit=5)))
    engine.page(asked)
    with engine.readers.lend() as lent, connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [lent.info.backend_pid])
    assert len(engine.page(asked).rows) == 5


def test_readers_write_nothing(engine: PostgresEngine) -> None:
    with pytest.raises(psycopg.Error), engine.readers.lend() as lent:
        lent.execute(f"DELETE FROM {SCHEMA}.v1")


def test_keys_and_chosen_columns_are_indexed() -> None:
    columns = (replace(COLUMNS[0], primary_key=True), *COLUMNS[1:])
    assert columns_to_index(columns, ["c4", "c77"]) == ("c1", "c4")
