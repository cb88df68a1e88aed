"""Workbenches: each is clean, whether it has a database of its own or shares one."""

import threading
from pathlib import Path

import duckdb
import pytest

from catalog.data.duck import INGEST_LIMITS, Limits, one_workbench, workbench
from catalog.data.errors import EngineLimit, IngestCancelled
from catalog.data.stopping import Stopper, stoppable

FOREVER = "SELECT max(sqrt(a.range * b.range)) FROM range(100000000) a, range(100000000) b"


def _mark(connection: duckdb.DuckDBPyConnection) -> None:
    """Leave what only those see who have the same database; no step of ours does so."""
    connection.execute("CREATE TABLE IF NOT EXISTS main.mark AS SELECT 1")


def _has_mark(connection: duckdb.DuckDBPyConnection) -> bool:
    return bool(connection.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'mark'").fetchall())


def test_workbenches_within_share_a_database_and_others_do_not(tmp_path: Path) -> None:
    with one_workbench(tmp_path):
        with workbench(tmp_path) as first:
            _mark(first)
        with workbench(tmp_path) as second:
            assert _has_mark(second)
        with workbench(tmp_path, Limits(memory="64MB")) as other:
            assert not _has_mark(other)
    with workbench(tmp_path) as after, one_workbench(tmp_path), workbench(tmp_path) as anew:
        assert not _has_mark(after)
        assert not _has_mark(anew)


def test_a_step_finds_nothing_of_another(tmp_path: Path) -> None:
    with one_workbench(tmp_path), workbench(tmp_path) as outer:
        outer.execute("CREATE TEMP TABLE drawn AS SELECT 1 AS one")
        outer.execute("CREATE TEMP VIEW whole AS SELECT 1 AS one")
        with workbench(tmp_path) as inner:
            for name in ("drawn", "whole"):
                with pytest.raises(duckdb.CatalogException):
                    inner.execute(f"SELECT * FROM {name}")
            inner.execute("CREATE TEMP TABLE drawn AS SELECT 2 AS one")
            inner.execute("CREATE TEMP VIEW whole AS SELECT 2 AS one")
        assert outer.execute("SELECT d.one + w.one FROM drawn d, whole w").fetchall() == [(2,)]


def test_what_a_step_held_is_free_for_the_next(tmp_path: Path) -> None:
    with one_workbench(tmp_path):
        with workbench(tmp_path) as step:
            step.execute("CREATE TEMP TABLE large AS SELECT range AS n, repeat('x', 20) AS t FROM range(1000000)")
            assert step.execute("SELECT sum(memory_usage_bytes) FROM duckdb_memory()").fetchall()[0][0] > 10_000_000
        with workbench(tmp_path) as step:
            assert step.execute("SELECT sum(memory_usage_bytes) FROM duckdb_memory()").fetchall()[0][0] < 1_000_000


def test_limits_hold_on_a_shared_database(tmp_path: Path) -> None:
    with one_workbench(tmp_path), workbench(tmp_path) as step:
        asked = "SELECT current_setting('threads'), current_setting('memory_limit'), current_setting('temp_directory')"
        assert step.execute(asked).fetchall() == [(INGEST_LIMITS.threads, "488.2 MiB", str(tmp_path))]
    small = Limits(memory="16MB", seconds=None)
    with (
        pytest.raises(EngineLimit),
        one_workbench(tmp_path, small),
        workbench(tmp_path, small) as step,
    ):
        step.execute("SELECT list(range ORDER BY hash(range)) FROM range(20000000)").fetchall()


def test_a_step_on_a_shared_database_is_stopped(tmp_path: Path) -> None:
    ended = threading.Event()

    def stop(stopper: Stopper) -> None:
        # Told again and again, as the progress of a check does: the first time may come before the query.
        while not ended.wait(0.05):
            stopper.stop()

    with stoppable() as stopper, one_workbench(tmp_path):
        telling = threading.Thread(target=stop, args=(stopper,))
        telling.start()
        with pytest.raises(IngestCancelled), workbench(tmp_path) as step:
            step.execute(FOREVER)
        ended.set()
        telling.join()
