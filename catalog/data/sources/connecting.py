"""Connections to the databases of others: only reading, within a time, and broken off from another thread."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from catalog.data.sources.confine import Allowed, SourceError
from catalog.data.sources.watch import Watch

_SECONDS = 10
_STEPS = 10_000
"""Instructions of SQLite between two looks at the clock."""
_TIMED_OUT = {
    "57014",  # PostgreSQL: query_canceled
    "1969",  # MariaDB: ER_STATEMENT_TIMEOUT
    "3024",  # MySQL: ER_QUERY_TIMEOUT
    "interrupted",  # SQLite
}


#: Drivers that keep a limit of time and can be broken off; others are read by a process of their own (`apart`).
TRIED = frozenset({"psycopg", "pymysql", "pysqlite"})


class Reader:
    """A connection for reading; `interrupt` breaks off, from another thread, what it is doing."""

    def __init__(self, engine: sa.Engine, connection: sa.Connection) -> None:
        self.connection = connection
        self._engine = engine
        driver: Any = connection.connection.driver_connection
        self._driver = driver
        self._thread: int | None = driver.thread_id() if connection.dialect.driver == "pymysql" else None

    def interrupt(self) -> None:
        """Break off the query that runs, if one does; drivers without a way to do so are ended with their process."""
        if self._thread is not None:
            with contextlib.suppress(SQLAlchemyError), self._engine.connect() as other:
                other.execute(sa.text(f"KILL QUERY {self._thread}"))
        elif stop := getattr(self._driver, "cancel_safe", None) or getattr(self._driver, "interrupt", None):
            stop()

    @contextmanager
    def stream(self, statement: str, values: Mapping[str, Any], batch: int) -> Iterator[sa.CursorResult[Any]]:
        """Give the rows of a statement as they come; whoever breaks off does not wait for the rest of them."""
        streamed = self.connection.execution_options(stream_results=True, yield_per=batch)
        result = streamed.execute(sa.text(statement), values)
        try:
            yield result
        except BaseException:
            # Closing reads the whole rest of an answer that the server was not told to end, and then finds it ended.
            self.interrupt()
            with contextlib.suppress(SQLAlchemyError, *_errors(self.connection)):
                result.close()
            raise
        result.close()


def _errors(connection: sa.Connection) -> tuple[type[Exception], ...]:
    return (connection.dialect.loaded_dbapi.Error,)


@contextmanager
def connected(place: Mapping[str, Any], password: str, allowed: Allowed, watch: Watch) -> Iterator[Reader]:
    """Connect for reading. Raises SourceError, and IngestCancelled where the watch had the query broken off."""
    try:
        engine = _engine(place, password, allowed)
    except (sa.exc.ArgumentError, ModuleNotFoundError) as error:
        raise SourceError("driver_missing", dialect=str(place["dialect"])) from error
    try:
        with _opened(engine) as connection:
            reader = Reader(engine, connection)
            with watch.stopper.watching(reader) if watch.stopper else contextlib.nullcontext():
                _notice_leaving(connection)
                _limit(connection, allowed.seconds)
                _only_read(connection)
                yield reader
    except SQLAlchemyError as error:
        watch.check()
        raise _refusal(error, password, allowed) from error
    finally:
        engine.dispose()


def _opened(engine: sa.Engine) -> sa.Connection:
    try:
        return engine.connect()
    except SQLAlchemyError as error:
        raise SourceError("database_connect", detail=_said(error, engine.url.password or "")) from error


def _engine(place: Mapping[str, Any], password: str, allowed: Allowed) -> sa.Engine:
    dialect = str(place["dialect"])
    allowed.check_dialect(dialect)
    if dialect.startswith("sqlite"):
        file = allowed.check_folder(str(place["database"]))
        if not file.is_file():
            raise SourceError("file_gone", name=file.name)
        # The thread that breaks a query off is another one.
        url = f"{dialect}:///file:{file}?mode=ro&uri=true&check_same_thread=false"
        return sa.create_engine(url, poolclass=sa.NullPool)
    host, port = str(place["host"]), int(place["port"]) if place.get("port") else None
    allowed.check_host(host, port)
    is_socket = host.startswith("/")
    # No query part comes from outside: there, drivers take other hosts, files and programs.
    url_of_place = sa.URL.create(
        dialect,
        username=place.get("username") or None,
        password=password or None,
        host=None if is_socket else host,
        port=port,
        database=str(place["database"]),
        query=_socket(dialect, host) if is_socket else {},
    )
    connect: dict[str, Any] = {}
    if url_of_place.get_dialect().driver in TRIED:
        connect["connect_timeout"] = _SECONDS
    return sa.create_engine(url_of_place, connect_args=connect, poolclass=sa.NullPool)


def _socket(dialect: str, path: str) -> dict[str, str]:
    return {"unix_socket": path} if dialect.startswith(("mysql", "mariadb")) else {"host": path}


def _limit(connection: sa.Connection, seconds: int) -> None:
    """Have the server end a statement that takes longer.

    PostgreSQL counts each batch anew; MySQL, MariaDB and SQLite count until the last row is read. Other drivers are
    read in a process that is ended at this time (`apart`).
    """
    name = connection.dialect.name
    if not seconds:
        return
    if name == "postgresql":
        connection.execute(sa.text("SELECT set_config('statement_timeout', :limit, true)"), {"limit": f"{seconds}s"})
    elif name in {"mysql", "mariadb"}:
        is_mariadb = bool(getattr(connection.dialect, "is_mariadb", False))
        limit = f"max_statement_time = {seconds}" if is_mariadb else f"max_execution_time = {seconds * 1000}"
        connection.execute(sa.text(f"SET SESSION {limit}"))
        connection.commit()
    elif connection.dialect.driver == "pysqlite":
        driver: Any = connection.connection.driver_connection
        end = time.monotonic() + seconds
        driver.set_progress_handler(lambda: time.monotonic() > end, _STEPS)


def _notice_leaving(connection: sa.Connection) -> None:
    """Have the server end a statement when its reader is gone: a process that was ended says no good-bye.

    PostgreSQL looks for that from 14 on, and not on every system; where it does not, the limit of time ends it.
    """
    if connection.dialect.name == "postgresql":
        statement = (
            "SELECT set_config(name, '2s', true) FROM pg_settings WHERE name = 'client_connection_check_interval'"
        )
        with contextlib.suppress(SQLAlchemyError), connection.begin_nested():
            connection.execute(sa.text(statement))


def _only_read(connection: sa.Connection) -> None:
    name = connection.dialect.name
    if name == "postgresql":
        connection.execute(sa.text("SET TRANSACTION READ ONLY"))
    elif name in {"mysql", "mariadb"}:
        connection.execute(sa.text("SET SESSION TRANSACTION READ ONLY"))
        connection.commit()


def _refusal(error: SQLAlchemyError, password: str, allowed: Allowed) -> SourceError:
    cause: Any = getattr(error, "orig", None)
    words = {str(getattr(cause, "sqlstate", "")), str(cause), *map(str, getattr(cause, "args", ())[:1])}
    if allowed.seconds and words & _TIMED_OUT:
        return SourceError("statement_time", seconds=allowed.seconds)
    return SourceError("database_query", detail=_said(error, password))


def _said(error: SQLAlchemyError, password: str) -> str:
    """Give the first line of what the driver says, without the password should it stand there."""
    cause = getattr(error, "orig", None) or error
    first = str(cause).strip().splitlines()[0] if str(cause).strip() else type(cause).__name__
    return (first.replace(password, "•••") if password else first)[:300]
