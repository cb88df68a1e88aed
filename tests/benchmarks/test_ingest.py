"""How long a CSV of 620,000 rows takes from text to checked, profiled version, against DuckDB's bare conversion."""

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

SECONDS = 20.0
MEBIBYTES = 1024.0


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("ingest")
    villages.write(made / "gb18030.csv")
    villages.write(made / "utf8.csv", encoding="utf-8")
    return made


def take(folder: Path) -> float:
    """Check, type and profile the file; give the seconds."""
    start = time.perf_counter()
    report = ingest(folder / "gb18030.csv", villages.COLUMNS, folder / "out.parquet")
    profile(folder / "out.parquet", villages.COLUMNS, folder)
    assert report.accepted == villages.ROWS
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
    note(seconds=seconds, limit=SECONDS, memory_mib=memory, memory_limit=MEBIBYTES, of_bare_duckdb=bare / seconds)
    assert seconds < SECONDS
    assert memory < MEBIBYTES


def test_items_are_proposed_from_a_large_file(folder: Path, note: Callable[..., None]) -> None:
    seconds, memory = apart(suggest, folder)
    note(seconds=seconds, memory_mib=memory)
    assert memory < MEBIBYTES
