"""Parquet files as text rows; nested columns are refused because a catalogue item is one value."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from catalog.data.errors import UnreadableFile
from catalog.data.formats.base import Row, RowSource, clean_header

_BATCH = 20_000


def open_parquet(path: Path) -> RowSource:
    """Open a Parquet file. Raises UnreadableFile: damaged, nested_column, file_empty, header errors."""
    try:
        file = pq.ParquetFile(path, memory_map=True)
    except (pa.ArrowInvalid, OSError) as error:
        raise UnreadableFile("damaged", format="Parquet") from error
    for field in file.schema_arrow:
        if pa.types.is_nested(field.type):
            raise UnreadableFile("nested_column", name=field.name)
    if not file.schema_arrow.names:
        raise UnreadableFile("file_empty")
    header = clean_header(file.schema_arrow.names, 1)
    return RowSource(format="parquet", header=header, rows=_rows(file), close=file.close)


def _rows(file: pq.ParquetFile) -> Iterator[Row]:
    line = 1
    try:
        for batch in file.iter_batches(batch_size=_BATCH):
            columns = [_as_text(column) for column in batch.columns]
            for cells in zip(*columns, strict=True):
                line += 1
                yield line, cells
    except (pa.ArrowInvalid, OSError) as error:
        raise UnreadableFile("damaged", format="Parquet") from error


def _as_text(column: pa.Array[Any]) -> list[str | None]:
    if isinstance(column, pa.DictionaryArray):
        column = column.dictionary_decode()
    if pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type):
        column = pc.cast(column, pa.binary())
    texts: list[str | None] = pc.cast(column, pa.string()).to_pylist()
    return texts
