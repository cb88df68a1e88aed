"""Parquet and Arrow: typed columns for machines."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from catalog.data.engines import Engine, Query
from catalog.data.schema import Column, ItemType
from catalog.data.store import blocks

_ARROW: dict[ItemType, pa.DataType] = {
    ItemType.DATE: pa.date32(),
    ItemType.DATETIME: pa.timestamp("us"),
    ItemType.BOOLEAN: pa.bool_(),
    ItemType.INTEGER: pa.int64(),
    ItemType.DOUBLE: pa.float64(),
    ItemType.FLOAT: pa.float64(),
    ItemType.NUMERIC: pa.decimal128(38, 2),
    ItemType.MONEY: pa.decimal128(38, 2),
}


def arrow_schema(fields: tuple[Column, ...]) -> pa.Schema:
    """Give the schema of a file without rows."""
    return pa.schema([pa.field(field.name, _ARROW.get(field.type, pa.string())) for field in fields])


def parquet_file(engine: Engine, query: Query) -> Iterator[bytes]:
    """Write a Parquet file (zstd) to a temporary place, then stream it."""
    with tempfile.TemporaryDirectory(prefix="songhua-export-") as folder:
        path = Path(folder) / "export.parquet"
        writer: pq.ParquetWriter | None = None
        try:
            for batch in engine.batches(query):
                writer = writer or pq.ParquetWriter(path, batch.schema, compression="zstd")
                writer.write_batch(batch)
            writer = writer or pq.ParquetWriter(path, arrow_schema(query.fields), compression="zstd")
        finally:
            if writer is not None:
                writer.close()
        with path.open("rb") as stream:
            yield from blocks(stream)


def arrow_stream(engine: Engine, query: Query) -> Iterator[bytes]:
    """Write the Arrow IPC stream format, one batch at a time."""
    sink = io.BytesIO()
    writer: pa.ipc.RecordBatchStreamWriter | None = None
    for batch in engine.batches(query):
        writer = writer or pa.ipc.new_stream(sink, batch.schema)
        writer.write_batch(batch)
        yield _drain(sink)
    writer = writer or pa.ipc.new_stream(sink, arrow_schema(query.fields))
    writer.close()
    yield _drain(sink)


def _drain(sink: io.BytesIO) -> bytes:
    data = sink.getvalue()
    sink.seek(0)
    sink.truncate()
    return data
