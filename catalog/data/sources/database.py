"""Reading a table or a query of a database into an all-text Parquet file, what is new by its watermark."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from catalog.data.sources.confine import Allowed, SourceError

BATCH = 5_000
_SECONDS = 10
_READERS: dict[str, Callable[[str], Any]] = {
    "int": int,
    "Decimal": Decimal,
    "str": str,
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
}


def read_rows(
    place: Mapping[str, Any],
    password: str,
    mark: Mapping[str, str],
    target: Path,
    allowed: Allowed,
    progress: Callable[[int], None],
) -> tuple[int, dict[str, str]]:
    """Write the rows past the watermark to `target`, every cell as text; give their number and the new watermark.

    The highest value is asked first and the rows up to it after, so that what is written meanwhile waits for the next
    time. Constant memory. Raises SourceError.
    """
    with _connected(place, password, allowed) as connection:
        origin, column = _origin(connection, place), _column(connection, place)
        low, high = _bounds(connection, origin, column, mark)
        if column and (high is None or (low is not None and high <= low)):
            return 0, dict(mark)
        conditions, values = [], {}
        if column:
            conditions, values = [f"{column} <= :high"], {"high": high}
        if low is not None:
            conditions, values = [*conditions, f"{column} > :low"], values | {"low": low}
        where = f" WHERE {' AND '.join(conditions)} ORDER BY {column}" if conditions else ""
        streamed = connection.execution_options(stream_results=True, yield_per=BATCH)
        result = streamed.execute(sa.text(f"SELECT * FROM {origin}{where}"), values)
        rows = _write(list(result.keys()), result.partitions(BATCH), target, progress)
    return rows, {"type": type(high).__name__, "value": str(high)} if column else {}


def look(place: Mapping[str, Any], password: str, allowed: Allowed) -> list[str]:
    """Connect and give the names of the columns. Raises SourceError."""
    with _connected(place, password, allowed) as connection:
        origin, column = _origin(connection, place), _column(connection, place)
        if column:
            connection.execute(sa.text(f"SELECT max({column}) FROM {origin}"))
        return list(connection.execute(sa.text(f"SELECT * FROM {origin} WHERE 1 = 0")).keys())


@contextmanager
def _connected(place: Mapping[str, Any], password: str, allowed: Allowed) -> Iterator[sa.Connection]:
    engine = _engine(place, password, allowed)
    try:
        with _opened(engine) as connection:
            _only_read(connection)
            yield connection
    except DBAPIError as error:
        raise SourceError("database_query", detail=_said(error, password)) from error
    except SQLAlchemyError as error:
        raise SourceError("database_query", detail=_said(error, password)) from error
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
        return sa.create_engine(f"{dialect}:///file:{file}?mode=ro&uri=true")
    host, port = str(place["host"]), int(place["port"]) if place.get("port") else None
    allowed.check_host(host, port)
    is_socket = host.startswith("/")
    # No query part comes from outside: there, drivers take other hosts, files and programs.
    url = sa.URL.create(
        dialect,
        username=place.get("username") or None,
        password=password or None,
        host=None if is_socket else host,
        port=port,
        database=str(place["database"]),
        query={"host": host} if is_socket else {},
    )
    connect: dict[str, Any] = {}
    if dialect.startswith(("postgresql", "mysql")):
        connect["connect_timeout"] = _SECONDS
    return sa.create_engine(url, connect_args=connect, poolclass=sa.NullPool)


def _only_read(connection: sa.Connection) -> None:
    name = connection.dialect.name
    if name == "postgresql":
        connection.execute(sa.text("SET TRANSACTION READ ONLY"))
    elif name in {"mysql", "mariadb"}:
        connection.execute(sa.text("SET SESSION TRANSACTION READ ONLY"))
        connection.commit()


def _quoted(connection: sa.Connection, name: str) -> str:
    # A colon would begin a parameter.
    return connection.dialect.identifier_preparer.quote_identifier(name).replace(":", "\\:")


def _origin(connection: sa.Connection, place: Mapping[str, Any]) -> str:
    if query := str(place.get("query") or "").strip().rstrip(";"):
        escaped = query.replace(":", "\\:")
        return f"({escaped}) source_rows"
    return ".".join(_quoted(connection, part) for part in str(place["table"]).split("."))


def _column(connection: sa.Connection, place: Mapping[str, Any]) -> str:
    name = str(place.get("watermark_column") or "")
    return _quoted(connection, name) if name else ""


def _bounds(connection: sa.Connection, origin: str, column: str, mark: Mapping[str, str]) -> tuple[Any, Any]:
    if not column:
        return None, None
    high = connection.execute(sa.text(f"SELECT max({column}) FROM {origin}")).scalar()
    if high is not None and type(high).__name__ not in _READERS:
        raise SourceError("watermark_type", kind=type(high).__name__)
    low = _READERS[mark["type"]](mark["value"]) if mark else None
    if low is not None and high is not None and type(low) is not type(high):
        raise SourceError("watermark_type", kind=type(high).__name__)
    return low, high


def _write(
    names: Sequence[str], batches: Iterator[Sequence[Any]], target: Path, progress: Callable[[int], None]
) -> int:
    types: dict[str, pa.DataType] = {name: pa.string() for name in names}
    if len(types) != len(names):
        raise SourceError("column_names")
    schema, rows = pa.schema(types), 0
    with pq.ParquetWriter(target, schema, compression="zstd") as writer:
        for batch in batches:
            columns = [[text_of(value) for value in column] for column in zip(*batch, strict=True)]
            arrays: list[pa.Array[Any]] = [pa.array(column, pa.string()) for column in columns]
            writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=schema))
            rows += len(batch)
            progress(rows)
    return rows


def text_of(value: Any) -> str | None:
    """Write a value as the ingest reads it: no digits lost, dates in ISO form, bytes in hex."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(sep=" ")
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, float):
        return repr(value)
    return bytes(value).hex() if isinstance(value, bytes | bytearray | memoryview) else str(value)


def _said(error: SQLAlchemyError, password: str) -> str:
    """Give the first line of what the driver says, without the password should it stand there."""
    cause = getattr(error, "orig", None) or error
    first = str(cause).strip().splitlines()[0] if str(cause).strip() else type(cause).__name__
    return (first.replace(password, "•••") if password else first)[:300]
