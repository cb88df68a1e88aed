"""How fast a CSV in GB18030 of five million rows becomes a checked, profiled version, against DuckDB's bare conversion.

DuckDB reads no GB18030 at this rate: the bare side converts the UTF-8 copy of the same rows.
"""

import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from catalog.data.ingest import ingest
from catalog.data.profile import profile
from catalog.data.propose import propose
from tests.benchmarks import villages
from tests.benchmarks.conftest import apart

ROWS = 5_000_000
SHARE = 0.25
MEBIBYTES = 1536.0


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("ingest")
    villages.write(made / "gb18030.csv", ROWS)
    villages.write(made / "utf8.csv", ROWS, encoding="utf-8")
    return made


def take(folder: Path) -> float:
    """Check, type and profile the file; give the seconds."""
    start = time.perf_counter()
    report = ingest(folder / "gb18030.csv", villages.COLUMNS, folder / "out.parquet")
    profile(folder / "out.parquet", villages.COLUMNS, folder)
    assert report.accepted == ROWS
    return time.perf_counter() - start


def convert(folder: Path) -> float:
    """Convert the same rows from UTF-8 with DuckDB alone; give the seconds."""
    start = time.perf_counter()
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute(
            f"COPY (SELECT * FROM read_csv('{folder}/utf8.csv', all_varchar=true)) "
            f"TO '{folder}/bare.parquet' (FORMAT parquet, COMPRESSION zstd)"
        )
    return time.perf_counter() - start


def suggest(folder: Path) -> float:
    """Propose columns over the whole file; give the seconds."""
    start = time.perf_counter()
    propose(folder / "gb18030.csv")
    return time.perf_counter() - start


def test_large_file_is_checked_and_profiled(folder: Path, note: Callable[..., None]) -> None:
    seconds, memory = apart(take, folder)
    bare, _ = apart(convert, folder)
    note(
        seconds=seconds,
        rows_per_second=ROWS / seconds,
        memory_mib=memory,
        memory_limit=MEBIBYTES,
        of_bare_duckdb=bare / seconds,
        least_share=SHARE,
    )
    assert memory < MEBIBYTES
    assert bare / seconds >= SHARE


def test_items_are_proposed_from_a_large_file(folder: Path, note: Callable[..., None]) -> None:
    seconds, memory = apart(suggest, folder)
    note(seconds=seconds, memory_mib=memory)
    assert memory < MEBIBYTES
