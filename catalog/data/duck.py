"""DuckDB connections of the data plane: a working one for files of our own making, a locked one for plans."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import duckdb

from catalog.data.errors import EngineLimit, IngestCancelled
from catalog.data.stopping import current_stopper
from catalog.data.store import Location


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one query may use: memory in DuckDB's notation, threads, seconds (None: no time limit)."""

    memory: str = "512MB"
    threads: int = 1
    seconds: float | None = 30.0


INGEST_LIMITS = Limits(memory="512MB", threads=2, seconds=None)


def identifier(name: str) -> str:
    """Quote a name for SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Quote a text for SQL; for text of our own making, never for a value a reader gave."""
    return "'" + text.replace("'", "''") + "'"


def let(name: str, value: str, body: str) -> str:
    """Give the SQL of `body`, in which `name` stands for `value`.

    Written out wherever it is used, and within what uses it, the text of a date alone grows to megabytes of SQL.
    """
    return f"list_transform([{value}], lambda {name}: {body})[1]"


class _Bench:
    """A database that several workbenches share, made for the first of them."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        self.folder, self.limits = folder, limits
        self.database: duckdb.DuckDBPyConnection | None = None

    def connection(self) -> duckdb.DuckDBPyConnection:
        if self.database is None:
            self.database = _opened(self.folder, self.limits)
        return self.database.cursor()


_BENCH: ContextVar[_Bench | None] = ContextVar("bench", default=None)


@contextmanager
def one_workbench(folder: Path, limits: Limits = INGEST_LIMITS) -> Iterator[None]:
    """Let the workbenches within be connections to one database, one after the other in this thread.

    To make a database takes 8 ms of the processor, more than a step of the check of a small file does.
    """
    bench = _Bench(folder, limits)
    token = _BENCH.set(bench)
    try:
        yield
    finally:
        _BENCH.reset(token)
        if bench.database is not None:
            bench.database.close()


def _opened(folder: Path, limits: Limits) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(
        ":memory:",
        config={
            "memory_limit": limits.memory,
            "threads": limits.threads,
            "temp_directory": str(folder),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        },
    )


@contextmanager
def workbench(folder: Path, limits: Limits = INGEST_LIMITS) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a connection that reads and writes files of ours and spills into `folder`.

    Within `one_workbench` of the same limits it is one more connection to that database, with temporary tables of its
    own, and spills where that one does.
    What `catalog.data.stopping` stops is broken off here. Raises EngineLimit (file_memory) when the work does not fit
    its memory, IngestCancelled when it was stopped.
    """
    bench = _BENCH.get()
    connection = bench.connection() if bench and bench.limits == limits else _opened(folder, limits)
    # A bar of characters belongs in no log.
    connection.execute("SET enable_progress_bar = false")
    stopper = current_stopper()
    try:
        with stopper.watching(connection) if stopper else nullcontext():
            yield connection
    except duckdb.OutOfMemoryException as error:
        raise EngineLimit("file_memory") from error
    except duckdb.InterruptException as error:
        raise IngestCancelled("canceled") from error
    finally:
        connection.close()


def attach_buckets(connection: duckdb.DuckDBPyConnection, locations: Sequence[Location]) -> None:
    """Let the connection read the bucket that the files lie in, if they lie in one."""
    secret = next((location.secret for location in locations if location.secret is not None), None)
    if secret is None:
        return
    connection.execute(f"LOAD {literal(str(_httpfs()))}")
    connection.execute(
        "CREATE OR REPLACE TEMPORARY SECRET bucket (TYPE s3, URL_STYLE 'path', "
        f"KEY_ID {literal(secret.key)}, SECRET {literal(secret.secret)}, REGION {literal(secret.region)}, "
        f"ENDPOINT {literal(secret.endpoint)}, USE_SSL {str(secret.use_ssl).lower()})"
    )


def _httpfs() -> Path:
    """Find the extension that came as a wheel; nothing is ever downloaded."""
    folder = str(files("duckdb_extension_httpfs"))
    return next(Path(folder).rglob("httpfs.duckdb_extension"))


def lock_down(connection: duckdb.DuckDBPyConnection, paths: Sequence[str]) -> None:
    """Leave the connection able to read exactly `paths` and to change nothing, itself included.

    The order matters: paths first, then the outside closed, then the settings locked.
    """
    listed = ", ".join(literal(path) for path in paths)
    connection.execute(f"SET allowed_paths = [{listed}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


@contextmanager
def time_limit(connection: duckdb.DuckDBPyConnection, seconds: float | None) -> Iterator[None]:
    """Interrupt the query after `seconds`. Raises EngineLimit: engine_time, engine_memory."""
    timer = None if seconds is None else threading.Timer(seconds, connection.interrupt)
    if timer is not None:
        timer.daemon = True
        timer.start()
    try:
        yield
    except duckdb.InterruptException as error:
        raise EngineLimit("engine_time", seconds=seconds) from error
    except duckdb.OutOfMemoryException as error:
        raise EngineLimit("engine_memory") from error
    finally:
        if timer is not None:
            timer.cancel()
