"""For any plan over any rows: no cell unmasked, no row outside the conditions, no column beyond the list."""

import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.data.engines import DuckDBEngine, Query
from catalog.data.masking import OPERATIONS
from catalog.data.plan import Condition, DeliveryPlan, Group, Part, PlanColumn
from catalog.data.schema import ROW_COLUMN, Column, ItemType
from catalog.data.store import Location
from tests.catalog.data.parity import oracle
from tests.catalog.data.parity.postgres import TableEngine

KEY = b"property-key-0123456789"
COLUMNS = (
    Column(id="c1", name="text"),
    Column(id="c2", name="day", type=ItemType.DATE),
    Column(id="c3", name="money", type=ItemType.MONEY),
    Column(id="c4", name="whole", type=ItemType.INTEGER),
    Column(id="c5", name="truth", type=ItemType.BOOLEAN),
    Column(id="c6", name="real", type=ItemType.DOUBLE),
)
ARROW = [pa.string(), pa.date32(), pa.decimal128(18, 2), pa.int64(), pa.bool_(), pa.float64()]
TYPES = dict(
    zip(
        [column.id for column in COLUMNS],
        ["VARCHAR", "DATE", "DECIMAL(18,2)", "BIGINT", "BOOLEAN", "DOUBLE"],
        strict=True,
    )
)
# A zero byte cannot be kept by PostgreSQL, nor half of a surrogate pair by UTF-8.
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": TEXTS | st.sampled_from(["", "长春", "张三", "%", "220102199001011234"]),
    "day": st.dates(datetime.date(1000, 1, 1), datetime.date(9000, 1, 1)),
    "money": st.decimals(-(10**12), 10**12, places=2, allow_nan=False),
    "whole": st.integers(-(2**63), 2**63 - 1) | st.integers(-20, 20),
    "truth": st.booleans(),
    # Numbers of few digits: what is halfway in binary and what is in decimals is for the parity suite.
    "real": st.sampled_from([0.5, -2.675, 1e300, float("nan"), float("inf"), 12.0, -0.125]),
}
ROWS = st.lists(st.fixed_dictionaries({name: st.none() | value for name, value in VALUES.items()}), max_size=12)
BOUNDS = {"a": (0, 8), "b": (0, 8), "width": (1, 1000), "digits": (-3, 3)}


@st.composite
def conditions(draw: st.DrawFn) -> Condition:
    column = draw(st.sampled_from(COLUMNS))
    op = draw(
        st.sampled_from(["null", "eq", "ne", "lt", "le", "gt", "ge", "in", *(["like"] if column.type.is_text else [])])
    )
    if op == "null":
        return Condition(column.name, op, draw(st.booleans()))
    values = VALUES[column.name] if column.name != "real" else st.sampled_from([0.5, -2.675, 12.0])
    texts = st.builds(written, values)
    if op == "in":
        return Condition(column.name, op, tuple(draw(st.lists(texts, min_size=1, max_size=3))))
    return Condition(column.name, op, draw(texts))


def written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


PARTS: st.SearchStrategy[Part] = st.recursive(
    conditions(),
    lambda inner: st.builds(Group, st.sampled_from(["and", "or"]), st.lists(inner, min_size=1, max_size=3).map(tuple)),
    max_leaves=4,
)


@st.composite
def plans(draw: st.DrawFn) -> DeliveryPlan:
    columns = []
    for column in draw(st.lists(st.sampled_from(COLUMNS), min_size=1, unique_by=lambda column: column.name)):
        op = draw(st.sampled_from([op for op, one in OPERATIONS.items() if one.takes(column.type)]))
        params = {key: draw(st.integers(*BOUNDS[key])) for key in OPERATIONS[op].params}
        columns.append(PlanColumn(column.name, op, params))
    if all(column.op == "drop" for column in columns):
        columns.append(PlanColumn("text" if columns[0].name != "text" else "day"))
        columns = list({column.name: column for column in columns}.values())
    return DeliveryPlan(version="v1", columns=tuple(columns), where=draw(st.lists(PARTS, max_size=3).map(tuple)))


def stored(folder: Path, rows: list[dict[str, Any]]) -> tuple[Location, ...]:
    path = folder / "rows.parquet"
    arrays: dict[str, pa.Array] = {ROW_COLUMN: pa.array(range(2, 2 + len(rows)), pa.int64())}
    for column, kind in zip(COLUMNS, ARROW, strict=True):
        arrays[column.id] = pa.array([row[column.name] for row in rows], kind)
    pq.write_table(pa.table(arrays), path)
    return (Location(str(path), layout=tuple(TYPES.items())),)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@pytest.mark.parametrize("engine", ["duckdb", pytest.param("postgres", marks=pytest.mark.django_db)])
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(rows=ROWS, plan=plans())
def test_only_what_the_plan_says_leaves(
    engine: str, folder: Path, rows: list[dict[str, Any]], plan: DeliveryPlan
) -> None:
    fitted = plan.checked(COLUMNS)
    query = Query(plan=fitted, columns=COLUMNS, files=stored(folder, rows), key=KEY, types=TYPES)
    carrier = DuckDBEngine() if engine == "duckdb" else TableEngine(COLUMNS, TYPES, rows)
    found = [row for batch in carrier.batches(query) for row in batch.to_pylist()]
    wanted = oracle.answer(fitted, COLUMNS, rows, KEY)
    assert [{name: oracle.exact(value) for name, value in row.items()} for row in found] == wanted
    assert all(list(row) == [column.name for column in fitted.delivered] for row in found)
    assert DeliveryPlan.from_json(plan.to_json()) == plan
