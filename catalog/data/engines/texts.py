"""Rows as texts, the way files for people write them, made alike for every engine."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc


def texts_of(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Give a batch with every column as text: ISO dates, times to the second, plain numbers, true and false."""
    return pa.RecordBatch.from_arrays([_text(column) for column in batch.columns], names=batch.schema.names)


def _text(column: Any) -> Any:
    kind = column.type
    if pa.types.is_string(kind):
        return column
    if pa.types.is_timestamp(kind):
        column = pc.cast(column, pa.timestamp("s"), safe=False)
    if pa.types.is_floating(kind):
        # The zero below zero is a zero.
        column = pc.add(column, 0.0)
    return pc.cast(column, pa.string())
