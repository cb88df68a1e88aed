"""Downloads: rate against a bare COPY of DuckDB, memory that does not grow with the rows, time of one page."""

import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from catalog.data.engines import DuckDBEngine, Query
from catalog.data.exports import FORMS, export
from catalog.data.ingest import ingest
from catalog.data.plan import AskedPlan, Condition, intersect, whole_plan
from catalog.data.store import Location
from tests.benchmarks import villages
from tests.benchmarks.processes import apart

FEW = 62_000
#: Peak memory may differ by this much between a tenth of the rows and all of them.
GROWTH_MIB = 100.0


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("download")
    for name, rows in (("few", FEW), ("all", villages.ROWS)):
        source = villages.write(made / f"{name}.csv", rows)
        ingest(source, villages.COLUMNS, made / f"{name}.parquet")
    return made


def query(path: Path, asked: AskedPlan | None = None) -> Query:
    """Ask for the whole table, or what is asked of it."""
    plan = intersect(whole_plan(villages.COLUMNS), asked, villages.COLUMNS, "v1")
    return Query(plan=plan, columns=villages.COLUMNS, files=(Location(str(path)),))


def stream(path: Path, form: str) -> float:
    """Write the whole table in one format to nowhere; give the seconds."""
    start = time.perf_counter()
    assert sum(len(chunk) for chunk in export(DuckDBEngine(), query(path), form))
    return time.perf_counter() - start


def copy(path: Path) -> float:
    """Let DuckDB alone write the table as CSV; give the seconds."""
    start = time.perf_counter()
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute(f"COPY (SELECT * FROM read_parquet('{path}')) TO '{path}.csv' (HEADER)")
    return time.perf_counter() - start


@pytest.mark.parametrize("form", FORMS)
def test_download_streams_in_constant_memory(folder: Path, form: str, note: Callable[..., None]) -> None:
    _, few = apart(stream, folder / "few.parquet", form)
    seconds, memory = apart(stream, folder / "all.parquet", form)
    bare, _ = apart(copy, folder / "all.parquet")
    note(rows_per_second=villages.ROWS / seconds, memory_mib=memory, few_mib=few, of_bare_copy=bare / seconds)
    assert memory - few < GROWTH_MIB


def test_page_and_count(folder: Path, note: Callable[..., None]) -> None:
    engine = DuckDBEngine()
    asked = AskedPlan(filters=(Condition("areaCode", "eq", "220102"),), order=("-name",), limit=100)
    times = {}
    for name, question in (("first", AskedPlan(limit=100)), ("filtered", asked)):
        start = time.perf_counter()
        for _ in range(20):
            engine.page(query(folder / "all.parquet", question))
        times[f"{name}_page_ms"] = (time.perf_counter() - start) / 20 * 1000
    start = time.perf_counter()
    for _ in range(20):
        engine.count(query(folder / "all.parquet", asked))
    note(**times, count_ms=(time.perf_counter() - start) / 20 * 1000)
