"""JSON array and newline-delimited JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
import pyarrow as pa

from catalog.data.engines import Engine, Query
from catalog.data.engines.sql import Kind
from catalog.data.exports.served import served_lines
from catalog.data.exports.values import plain


def rows_of(batch: pa.RecordBatch) -> Iterator[dict[str, Any]]:
    """Give the rows of a typed batch as dictionaries that JSON can hold."""
    columns = []
    for column in batch.columns:
        values = column.to_pylist()
        columns.append(values if pa.types.is_string(column.type) else [plain(value) for value in values])
    names = batch.schema.names
    for cells in zip(*columns, strict=True):
        yield dict(zip(names, cells, strict=True))


def ndjson_text(engine: Engine, query: Query) -> Iterator[bytes]:
    """Write one object a line."""

    def from_files(rest: Query) -> Iterator[bytes]:
        for batch in engine.batches(rest):
            if batch.num_rows:
                yield b"".join(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in rows_of(batch))

    return served_lines(engine, query, Kind.LINES, from_files)


def json_text(engine: Engine, query: Query) -> Iterator[bytes]:
    """Write an array of objects, one a line."""
    lead = b"[\n"
    for lines in ndjson_text(engine, query):
        # In JSON a line end within a text is written as a sign of its own.
        yield lead + lines[:-1].replace(b"\n", b",\n")
        lead = b",\n"
    yield b"[]\n" if lead == b"[\n" else b"\n]\n"
