"""Landing: the text rows of a file, trimmed, written to an all-text Parquet file, in constant memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from catalog.data.formats import Row, RowSource
from catalog.data.formats.encoding import BLANKS
from catalog.data.formats.plain import NotPlain, PlainText

BATCH = 20_000
Progress = Callable[[str, int], None]
"""Called with a stage (reading, checking, writing) and a number of rows; may raise IngestCancelled to stop."""

_RAGGED_TYPES: dict[str, pa.DataType] = {
    "line": pa.int64(),
    "col": pa.string(),
    "value": pa.string(),
    "code": pa.string(),
}
RAGGED = pa.schema(_RAGGED_TYPES)


@dataclass(frozen=True)
class Landed:
    """The landed file with columns line, v0, v1 …, and the rows that were too short or too long beside it."""

    path: Path
    ragged: Path
    rows: int
    ragged_rows: int


def text_name(position: int) -> str:
    """Name the landed column of a position in the file."""
    return f"v{position}"


def land(source: RowSource, positions: Sequence[int], folder: Path, progress: Progress | None = None) -> Landed:
    """Write the cells at `positions` of every row to `folder`, without the blanks around them.

    `rows` counts ragged rows too. Takes the quick way where the text is plain, and begins anew on the careful one
    where it turns out not to be.
    """
    types: dict[str, pa.DataType] = {"line": pa.int64()}
    types |= {text_name(position): pa.string() for position in positions}
    schema = pa.schema(types)
    if source.plain is not None:
        try:
            return _land_plain(source.plain, positions, schema, folder, progress)
        except NotPlain:
            pass
    return _land_rows(source, positions, schema, folder, progress)


def _land_plain(
    plain: PlainText, positions: Sequence[int], schema: pa.Schema, folder: Path, progress: Progress | None
) -> Landed:
    path, ragged = folder / "landed.parquet", folder / "ragged.parquet"
    total = 0
    with pq.ParquetWriter(path, schema, compression="snappy") as writer:
        for line, columns in plain.batches(positions):
            rows = len(columns[0])
            lines: pa.Array[Any] = pa.arange(line, line + rows)  # type: ignore[attr-defined]  # newer than its stubs
            texts = [_trimmed(column, plain.blanks) for column in columns]
            writer.write_batch(pa.RecordBatch.from_arrays([lines, *texts], schema=schema))
            total += rows
            if progress is not None:
                progress("reading", total)
    return Landed(path, ragged, total, 0)


def _land_rows(
    source: RowSource, positions: Sequence[int], schema: pa.Schema, folder: Path, progress: Progress | None
) -> Landed:
    path, ragged = folder / "landed.parquet", folder / "ragged.parquet"
    width = len(source.header)
    nameless = [position for position, name in enumerate(source.header) if not name]
    total = bad_total = 0
    with (
        pq.ParquetWriter(path, schema, compression="snappy") as writer,
        pq.ParquetWriter(ragged, RAGGED) as bad_writer,
    ):
        while chunk := list(islice(source.rows, BATCH)):
            total += len(chunk)
            bad = [row for row in chunk if not _fits(row[1], width, nameless)]
            if bad:
                bad_total += len(bad)
                bad_writer.write_batch(_ragged_batch(bad, width))
                chunk = [row for row in chunk if _fits(row[1], width, nameless)]
            if chunk:
                writer.write_batch(_batch(chunk, positions, schema))
            if progress is not None:
                progress("reading", total)
    return Landed(path, ragged, total, bad_total)


def _fits(cells: Sequence[str | None], width: int, nameless: Sequence[int]) -> bool:
    # Trailing delimiters are common in exports of old systems and lose nothing.
    is_wide_enough = len(cells) == width or (len(cells) > width and not any(cells[width:]))
    return is_wide_enough and not any(cells[position] for position in nameless)


def _batch(chunk: list[Row], positions: Sequence[int], schema: pa.Schema) -> pa.RecordBatch:
    columns = list(zip(*(row[1] for row in chunk), strict=False))
    arrays: list[pa.Array[Any]] = [pa.array([row[0] for row in chunk], pa.int64())]
    arrays += [_trimmed(pa.array(columns[position], pa.string()), BLANKS) for position in positions]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _trimmed(column: pa.Array[Any], blanks: str) -> pa.Array[Any]:
    """Take these blanks off both ends, here and once: the checks that follow read every cell several times."""
    if not blanks:
        return column
    trim: Any = pc.ascii_trim if blanks.isascii() else pc.utf8_trim
    found: pa.Array[Any] = trim(column, characters=blanks)
    return found


def _ragged_batch(bad: list[Row], width: int) -> pa.RecordBatch:
    rows = [
        {
            "line": line,
            "col": "",
            "value": str(len(cells)),
            "code": _misfit(cells, width),
        }
        for line, cells in bad
    ]
    return pa.RecordBatch.from_pylist(rows, schema=RAGGED)


def _misfit(cells: Sequence[str | None], width: int) -> str:
    if len(cells) < width:
        return "too_few_cells"
    return "too_many_cells" if any(cells[width:]) else "cell_without_header"
