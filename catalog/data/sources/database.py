"""Reading a table or a query of a database into an all-text Parquet file, what is new by its watermark."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import sqlalchemy as sa

from catalog.data.sources.confine import Allowed, SourceError
from catalog.data.sources.connecting import connected
from catalog.data.sources.watch import Watch

BATCH = 5_000
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
    watch: Watch,
) -> tuple[int, dict[str, str]]:
    """Write the rows past the watermark to `target`, every cell as text; give their number and the new watermark.

    The highest value is asked first and the rows up to it after, so that what is written meanwhile waits for the next
    time. Constant memory. Raises SourceError, IngestCancelled.
    """
    with connected(place, password, allowed, watch) as reader:
        connection = reader.connection
        origin, column = _origin(connection, place), _column(connection, place)
        watch.note("source_connected", {})
        low, high = _bounds(connection, origin, column, mark)
        if column:
            watch.note("source_reaches", {"column": place["watermark_column"], "value": "–" if high is None else high})
        if column and (high is None or (low is not None and high <= low)):
            return 0, dict(mark)
        conditions, values = [], {}
        if column:
            conditions, values = [f"{column} <= :high"], {"high": high}
        if low is not None:
            conditions, values = [*conditions, f"{column} > :low"], values | {"low": low}
        where = f" WHERE {' AND '.join(conditions)} ORDER BY {column}" if conditions else ""
        with reader.stream(f"SELECT * FROM {origin}{where}", values, BATCH) as result:
            rows = _write(list(result.keys()), result.partitions(BATCH), target, watch)
    return rows, {"type": type(high).__name__, "value": str(high)} if column else {}


def look(place: Mapping[str, Any], password: str, allowed: Allowed) -> list[str]:
    """Connect and give the names of the columns. Raises SourceError."""
    with connected(place, password, allowed, Watch()) as reader:
        connection = reader.connection
        origin, column = _origin(connection, place), _column(connection, place)
        if column:
            connection.execute(sa.text(f"SELECT max({column}) FROM {origin}"))
        return list(connection.execute(sa.text(f"SELECT * FROM {origin} WHERE 1 = 0")).keys())


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


def _write(names: Sequence[str], batches: Iterator[Sequence[Any]], target: Path, watch: Watch) -> int:
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
            watch.show(rows)
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
    if isinstance(value, timedelta):
        return _clock(value)
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=text_of)
    return bytes(value).hex() if isinstance(value, bytes | bytearray | memoryview) else str(value)


def _clock(value: timedelta) -> str:
    """Write a time of day or a length of time, which MySQL gives as one and the same, as HH:MM:SS."""
    sign, value = ("-", -value) if value < timedelta() else ("", value)
    minutes, seconds = divmod(value.days * 86_400 + value.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    fraction = f".{value.microseconds:06d}" if value.microseconds else ""
    return f"{sign}{hours:02d}:{minutes:02d}:{seconds:02d}{fraction}"
