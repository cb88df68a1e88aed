"""How long the look through a million rows before opening takes, joining another million: at most five seconds."""

import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from catalog.data.plan import PlanColumn
from catalog.data.privacy.inspection import inspect
from catalog.data.privacy.linkage import Delivered, Link, linker
from catalog.data.schema import Column, ItemType
from catalog.data.store import Location

ROWS = 1_000_000
LONGEST_SECONDS = 5.0
COLUMNS = {
    "code": Column(id="c1", name="code"),
    "name": Column(id="c2", name="name", title="名称"),
    "note": Column(id="c3", name="note"),
    "area": Column(id="c4", name="area"),
    "year": Column(id="c5", name="year", type=ItemType.INTEGER),
    "mobile": Column(id="c6", name="mobile"),
}


def test_a_million_rows_are_looked_through(tmp_path: Path, note: Callable[..., None]) -> None:
    path = tmp_path / "t.parquet"
    rows = (
        "SELECT i AS __row, lpad(i::VARCHAR, 12, '0') AS c1, '长春市第' || i || '号' AS c2, "
        "'登记事项说明，编号' || i || '，无其他内容' AS c3, (220100 + i % 60)::VARCHAR AS c4, 1950 + i % 60 AS c5, "
        f"'139' || lpad(i::VARCHAR, 8, '0') AS c6 FROM range({ROWS}) t(i)"
    )
    duckdb.connect(":memory:").execute(f"COPY ({rows}) TO '{path}'")
    plan = [PlanColumn(name) for name in COLUMNS]
    files, columns = (Location(str(path)),), tuple(COLUMNS.values())
    table = Delivered(files=files, columns=columns, types={}, plan=plan)
    started, used = time.perf_counter(), time.process_time()
    found = inspect(
        files,
        COLUMNS,
        {},
        delivered=plan,
        roles={"area": "quasi", "year": "quasi"},
        k=5,
        decimals=5,
    )
    with linker(table, wanted=5) as joining:
        linked = joining.link(table, [(name, name) for name in ("area", "year", "mobile")])
    seconds = time.perf_counter() - started
    # The bound is on the clock; the seconds of the processors tell a slow check from a busy machine.
    note(seconds=seconds, limit=LONGEST_SECONDS, processor_seconds=time.process_time() - used)
    assert found.findings["mobile"].kind == "mobile"
    assert found.uniqueness.groups
    assert linked == Link(columns=("area", "year", "mobile"), rows=ROWS)
    assert seconds <= LONGEST_SECONDS
