"""Properties of every delivery: no cell unmasked, no row outside the scope, no column outside the list."""

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.data.duck import Limits
from catalog.data.engines import DuckDBEngine, Query, engine_for
from catalog.data.engines import duckdb as engine_module
from catalog.data.engines.sql import Statement
from catalog.data.errors import DamagedFile, EngineLimit, PlanInvalid
from catalog.data.masking import OPERATIONS, keep_ends, keyed_hash
from catalog.data.plan import AskedPlan, Condition, DeliveryPlan, PlanColumn, whole_plan
from catalog.data.plan.cursor import write_cursor
from catalog.data.store import Location
from tests.catalog.data.tables import COLUMNS, ENGINE, KEY, NAMES, ROWS, delivered, narrowed, path, query

BY_NAME = {column.name: column for column in COLUMNS}
WHOLE = whole_plan(COLUMNS)
QUICK = settings(max_examples=25)


@st.composite
def planned(draw: st.DrawFn, name: str) -> PlanColumn:
    """Any mask that fits the column, with any parameters within bounds."""
    fitting = [op for op, operation in OPERATIONS.items() if operation.takes(BY_NAME[name].type)]
    op = draw(st.sampled_from(fitting))
    bounds = {"a": (0, 20), "b": (0, 20), "width": (1, 1000), "digits": (-3, 3)}
    return PlanColumn(name, op, {key: draw(st.integers(*bounds[key])) for key in OPERATIONS[op].params})


@st.composite
def scopes(draw: st.DrawFn) -> tuple[Condition, ...]:
    """Row scopes over source values whose meaning plain Python can check."""
    choices = [
        Condition("area", "in", ("220000", "220101001")),
        Condition("area", "ne", "220000"),
        Condition("count", "lt", "50"),
        Condition("amount", "ge", "0.5"),
        Condition("valid", "eq", "true"),
        Condition("name", "null", True),
        Condition("idno", "null", False),
    ]
    return tuple(draw(st.lists(st.sampled_from(choices), max_size=2, unique_by=lambda item: item.column)))


@st.composite
def plans(draw: st.DrawFn) -> DeliveryPlan:
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, unique=True))
    columns = tuple(draw(planned(name)) for name in names)
    if all(column.op == "drop" for column in columns):
        columns = (PlanColumn(names[0]), *columns[1:])
    return DeliveryPlan(version="*", columns=columns, where=draw(scopes()))


def within(row: dict[str, Any], condition: Condition) -> bool:
    """Say in plain Python what the engine must say."""
    value = row[condition.column]
    checks = {
        "in": lambda: isinstance(condition.value, tuple) and value in condition.value,
        "ne": lambda: value != condition.value,
        "lt": lambda: value is not None and value < float(str(condition.value)),
        "ge": lambda: value is not None and float(value) >= float(str(condition.value)),
        "eq": lambda: value is True,
        "null": lambda: (value is None) == condition.value,
    }
    return bool(checks[condition.op]())


def expected(column: PlanColumn, value: Any) -> Any:
    """Mask in plain Python, where the mask is exact."""
    if value is None or column.op == "null":
        return None
    if column.op == "keep":
        return keep_ends(value, column.params["a"], column.params["b"])
    if column.op == "year":
        return value.year
    if column.op == "month":
        return f"{value.year:04d}-{value.month:02d}"
    if column.op.startswith("area"):
        digits = int(column.op[-1])
        return value[:digits] if len(value) > digits else None
    return value


@QUICK
@given(plan=plans())
def test_no_cell_unmasked_no_row_outside_no_column_beyond(plan: DeliveryPlan) -> None:
    found = delivered(plan)
    allowed = [row for row in ROWS if all(within(row, item) for item in plan.where)]
    assert len(found) == len(allowed) == ENGINE.count(narrowed(plan))
    names = [column.name for column in plan.delivered]
    for got, source in zip(found, allowed, strict=True):
        assert list(got) == names
        for column in plan.delivered:
            check_cell(column, got[column.name], source[column.name])


def check_cell(column: PlanColumn, got: Any, value: Any) -> None:
    """Compare a delivered cell with its source under the column's mask."""
    if isinstance(value, float) and math.isnan(value):
        assert got is None
        return
    if column.op in {"hmac", "band", "round"}:
        assert (got is None) == (value is None) or abs(value) >= 1e18
    else:
        assert got == expected(column, value)
    if column.op == "hmac" and isinstance(value, str):
        assert got == keyed_hash(KEY.hex(), value)
    if column.op not in {"pass", "round"} and value not in (None, ""):
        assert got != value or set(str(value)) == {"*"}


@QUICK
@given(plan=plans(), data=st.data())
def test_a_question_never_widens(plan: DeliveryPlan, data: st.DataObject) -> None:
    names = [column.name for column in plan.delivered]
    wanted = data.draw(st.lists(st.sampled_from(names), min_size=1, unique=True))
    whole = delivered(plan)
    some = delivered(plan, AskedPlan(columns=tuple(wanted)))
    assert [repr(row) for row in some] == [repr({name: row[name] for name in wanted}) for row in whole]


@QUICK
@given(
    order=st.lists(st.sampled_from([sign + name for name in NAMES if name != "ratio" for sign in ("", "-")]),
                   max_size=3, unique_by=lambda entry: entry.removeprefix("-")),
    limit=st.integers(40, 120),
)  # fmt: skip
def test_pages_one_after_the_other_are_the_whole_in_order(order: list[str], limit: int) -> None:
    asked = AskedPlan(order=tuple(order), limit=limit, columns=("idno", "name"))
    whole = [tuple(row.values()) for row in delivered(WHOLE, AskedPlan(order=tuple(order), columns=("idno", "name")))]
    pages: list[tuple[Any, ...]] = []
    key: tuple[Any, ...] | None = None
    while True:
        plan = narrowed(WHOLE, asked).plan
        found = ENGINE.page(query(DeliveryPlan(**{**vars(plan), "after": key})))
        assert len(found.rows) <= limit
        pages += found.rows
        key = found.next_key
        if key is None:
            break
    assert pages == whole
    assert len(whole) == len(ROWS)


FILTERS = [
    (Condition("name", "eq", "it's"), lambda row: row["name"] == "it's"),
    (Condition("name", "ne", "长春"), lambda row: row["name"] != "长春"),
    (Condition("name", "like", "😀"), lambda row: "😀" in (row["name"] or "")),
    (Condition("name", "like", "a%"), lambda row: (row["name"] or "").startswith("a")),
    (Condition("name", "like", "\\%\\_%"), lambda row: (row["name"] or "").startswith("%_")),
    (Condition("name", "in", ("长春", 'say "hi", you')), lambda row: row["name"] in ("长春", 'say "hi", you')),
    (Condition("born", "lt", "1950-06-01"), lambda row: bool(row["born"]) and str(row["born"]) < "1950-06-01"),
    (Condition("seen", "ge", "2023-01-02T00:00"), lambda row: row["seen"].isoformat() >= "2023-01-02T00:00"),
    (Condition("amount", "eq", "-8.63"), lambda row: row["amount"] is not None and str(row["amount"]) == "-8.63"),
    (Condition("count", "gt", "1152921504606846976"), lambda row: row["count"] > 2**60),
    (Condition("valid", "eq", "否"), lambda row: row["valid"] is False),
    (Condition("valid", "null", True), lambda row: row["valid"] is None),
]  # fmt: skip


@pytest.mark.parametrize(("condition", "test"), FILTERS)
def test_filter_finds_exactly_its_rows(condition: Condition, test: Any) -> None:
    found = delivered(WHOLE, AskedPlan(filters=(condition,), columns=("idno", "name")))
    assert [row["name"] for row in found] == [row["name"] for row in ROWS if test(row)]
    assert found


def test_masked_cell_cannot_be_guessed_by_asking() -> None:
    allowed = DeliveryPlan(version="*", columns=(PlanColumn("idno", "keep", {"a": 6, "b": 0}), PlanColumn("name")))
    secret = ROWS[1]["idno"]
    assert delivered(allowed, AskedPlan(filters=(Condition("idno", "eq", secret),))) == []
    assert delivered(allowed, AskedPlan(filters=(Condition("idno", "like", secret[6:]),))) == []
    assert delivered(allowed, AskedPlan(search=secret[6:])) == []
    assert delivered(allowed, AskedPlan(filters=(Condition("idno", "like", secret[:6] + "%"),)))


def test_search_looks_through_delivered_texts_without_case() -> None:
    found = delivered(WHOLE, AskedPlan(search="SAY"))
    assert {row["name"] for row in found} == {'say "hi", you'}
    assert delivered(whole_plan(COLUMNS[5:]), AskedPlan(search="1")) == []


def test_offset_and_limit_cut_the_stream() -> None:
    found = delivered(WHOLE, AskedPlan(order=("seen",), offset=10, limit=5, columns=("seen",)))
    assert [row["seen"] for row in found] == sorted(row["seen"] for row in ROWS)[10:15]


def test_keyed_mask_without_key_is_refused() -> None:
    plan = DeliveryPlan(version="*", columns=(PlanColumn("idno", "hmac"),))
    with pytest.raises(PlanInvalid, match="mask_key_missing"):
        Query(plan=plan, columns=COLUMNS, files=(), key=b"short")


def test_page_needs_a_limit() -> None:
    with pytest.raises(PlanInvalid, match="limit_missing"):
        ENGINE.page(narrowed(WHOLE))


def test_connection_reads_only_the_files_of_its_plan(tmp_path: Any) -> None:
    other = tmp_path / "other.parquet"
    other.write_bytes(path().read_bytes())
    for sql in (
        f"SELECT * FROM read_parquet('{other}')",
        "SELECT * FROM read_csv('/etc/passwd')",
        f"COPY (SELECT 1) TO '{tmp_path}/out.csv'",
        "SET memory_limit='4GB'",
        "SET enable_external_access=true",
        "SET lock_configuration=false",
        "RESET allowed_paths",
        f"ATTACH '{tmp_path}/other.db'",
        f"EXPORT DATABASE '{tmp_path}/all'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SELECT * FROM read_text('/etc/hostname')",
        f"SELECT * FROM glob('{tmp_path}/*')",
        f"CREATE TABLE t AS SELECT 1 AS a; COPY t FROM '{other}'",
    ):
        with pytest.raises(Exception), engine_module._connection(narrowed(WHOLE), Limits()) as connection:  # noqa: B017, PT011 - DuckDB refuses each in its own class
            connection.execute(sql)
    assert not (tmp_path / "out.csv").exists()


def test_missing_file_is_our_fault_and_says_so() -> None:
    gone = Query(plan=narrowed(WHOLE).plan, columns=COLUMNS, files=(Location("/nowhere/x.parquet"),))
    with pytest.raises(DamagedFile):
        ENGINE.count(gone)


def test_long_query_is_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    heavy = Statement("SELECT count(*) FROM range(100000000) a, range(100000000) b", [])
    monkeypatch.setattr(engine_module, "statement", lambda *_: heavy)
    with pytest.raises(EngineLimit, match="engine_time"):
        DuckDBEngine(Limits(seconds=0.2)).count(narrowed(WHOLE))


def test_memory_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    heavy = Statement("SELECT len(list(a)) FROM (SELECT repeat('x', 1000) || range a FROM range(1000000))", [])
    monkeypatch.setattr(engine_module, "statement", lambda *_: heavy)
    with pytest.raises(EngineLimit, match="engine_memory"):
        DuckDBEngine(Limits(memory="50MB")).count(narrowed(WHOLE))


def test_engine_is_chosen_by_address() -> None:
    engine = engine_for("duckdb:?memory=1GB&threads=2&seconds=5")
    assert isinstance(engine, DuckDBEngine)
    assert engine.limits == Limits(memory="1GB", threads=2, seconds=5)
    with pytest.raises(ValueError, match="QUERY_ENGINE"):
        engine_for("oracle://x")


def test_stream_goes_on_after_a_cursor() -> None:
    asked = AskedPlan(order=("-seen",), columns=("idno", "seen"), limit=70)
    first = ENGINE.page(narrowed(WHOLE, asked))
    cursor = write_cursor(narrowed(WHOLE, asked).plan.shape, first.next_key or ())
    rest = delivered(WHOLE, AskedPlan(order=("-seen",), columns=("idno", "seen"), cursor=cursor))
    whole = delivered(WHOLE, AskedPlan(order=("-seen",), columns=("idno", "seen")))
    assert rest == whole[70:]
