"""How fast a CSV in GB18030 of five million rows becomes a checked, profiled version, against DuckDB's bare conversion.

DuckDB reads no GB18030 at this rate: the bare side converts the UTF-8 copy of the same rows, all columns as texts,
checks nothing and counts nothing. Both sides run one after the other in processes of their own with two threads. The
share is taken of processor seconds, user and system, because they stay the same when other programs keep the machine
busy; the seconds on the clock are noted beside them. Imports are made before the clock starts, as in a worker.
"""

import resource
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from catalog.data.ingest import ingest
from catalog.data.profile import profile
from catalog.data.propose import propose
from catalog.data.quality import Known, Table, check, default_rules, score
from tests.benchmarks import villages
from tests.benchmarks.processes import apart

ROWS = 5_000_000
SHARE = 0.25
MEBIBYTES = 1536.0


class Clock:
    """The seconds of a piece of work, on the clock and of the processors."""

    def __init__(self) -> None:
        self._start, self._used = time.perf_counter(), _used()

    def read(self) -> tuple[float, float]:
        """Give both since the beginning or since they were read last, and begin anew."""
        found = time.perf_counter() - self._start, _used() - self._used
        self._start, self._used = time.perf_counter(), _used()
        return found


def _used() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("ingest")
    villages.write(made / "gb18030.csv", ROWS)
    villages.write(made / "utf8.csv", ROWS, encoding="utf-8")
    return made


def take(folder: Path) -> dict[str, tuple[float, float]]:
    """Check, type, profile and score the file; give the seconds of each."""
    _import_all()
    clock, spent = Clock(), {}
    report = ingest(folder / "gb18030.csv", villages.COLUMNS, folder / "out.parquet")
    spent["ingest"] = clock.read()
    profiled = profile(folder / "out.parquet", villages.COLUMNS, folder, key=report.key)
    spent["profile"] = clock.read()
    known = Known(values=profiled.values_of(villages.COLUMNS), key=frozenset(report.key))
    table = Table(paths=[folder / "out.parquet"], columns=villages.COLUMNS, known=known)
    found = check(table, default_rules(villages.COLUMNS), folder, key="benchmark")
    spent["quality"] = clock.read()
    assert report.accepted == ROWS
    assert score(found).total is not None
    return spent


def _import_all() -> None:
    """Load what DuckDB imports with its first parameter (pandas, where tests have installed it), on both sides."""
    with duckdb.connect() as connection:
        connection.execute("SELECT ?", [1])


def convert(folder: Path) -> tuple[float, float]:
    """Convert the same rows from UTF-8 with DuckDB alone; give the seconds."""
    _import_all()
    clock = Clock()
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute(
            f"COPY (SELECT * FROM read_csv('{folder}/utf8.csv', all_varchar=true)) "
            f"TO '{folder}/bare.parquet' (FORMAT parquet, COMPRESSION zstd)"
        )
    return clock.read()


def suggest(folder: Path) -> float:
    """Propose columns over the whole file; give the seconds."""
    start = time.perf_counter()
    propose(folder / "gb18030.csv")
    return time.perf_counter() - start


def test_large_file_is_checked_profiled_and_scored(folder: Path, note: Callable[..., None]) -> None:
    spent, memory = apart(take, folder)
    (bare_seconds, bare_used), _ = apart(convert, folder)
    seconds, used = (sum(part) for part in zip(*spent.values(), strict=True))
    note(
        seconds=seconds,
        processor_seconds=used,
        **{f"{name}_processor_seconds": pair[1] for name, pair in spent.items()},
        bare_seconds=bare_seconds,
        bare_processor_seconds=bare_used,
        rows_per_second=ROWS / seconds,
        memory_mib=memory,
        memory_limit=MEBIBYTES,
        of_bare_duckdb=bare_used / used,
        of_bare_duckdb_on_the_clock=bare_seconds / seconds,
        least_share=SHARE,
    )
    assert memory < MEBIBYTES
    assert bare_used / used >= SHARE


def test_items_are_proposed_from_a_large_file(folder: Path, note: Callable[..., None]) -> None:
    seconds, memory = apart(suggest, folder)
    note(seconds=seconds, memory_mib=memory)
    assert memory < MEBIBYTES
