"""Landing: the text rows of a file, trimmed, written to all-text Parquet files, in constant memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from catalog.data.formats import Row, RowSource
from catalog.data.formats.encoding import BLANKS
from catalog.data.formats.plain import NotPlain, PlainText
from catalog.data.ingest.landed import Landed, Landing, Wanted

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


def land(source: RowSource, wanted: Wanted, folder: Path, progress: Progress | None = None) -> Landed:
    """Write the wanted cells of every row to `folder`, without the blanks around them.

    Takes the quick way where the text is plain, and begins anew on the careful one where it turns out not to be.
    """
    if source.plain is not None:
        try:
            return _land_plain(source.plain, wanted, folder, progress)
        except NotPlain:
            pass
    return _land_rows(source, wanted, folder, progress)


def _land_plain(plain: PlainText, wanted: Wanted, folder: Path, progress: Progress | None) -> Landed:
    total = 0
    with Landing(folder, wanted) as landing:
        for line, columns in plain.batches(list(wanted.positions.values())):
            rows = len(columns[0])
            lines: pa.Array[Any] = pa.arange(line, line + rows)  # type: ignore[attr-defined]  # newer than its stubs
            landing.add(lines, [_trimmed(column, plain.blanks) for column in columns])
            total += rows
            if progress is not None:
                progress("reading", total)
    return _landed(landing, wanted, folder, total, 0)


def _land_rows(source: RowSource, wanted: Wanted, folder: Path, progress: Progress | None) -> Landed:
    width, positions = len(source.header), list(wanted.positions.values())
    nameless = [position for position, name in enumerate(source.header) if not name]
    total = bad_total = 0
    with Landing(folder, wanted) as landing, pq.ParquetWriter(_ragged(folder), RAGGED) as bad_writer:
        while chunk := list(islice(source.rows, BATCH)):
            total += len(chunk)
            bad = [row for row in chunk if not _fits(row[1], width, nameless)]
            if bad:
                bad_total += len(bad)
                bad_writer.write_batch(_ragged_batch(bad, width))
                chunk = [row for row in chunk if _fits(row[1], width, nameless)]
            if chunk:
                landing.add(*_arrays(chunk, positions))
            if progress is not None:
                progress("reading", total)
    return _landed(landing, wanted, folder, total, bad_total)


def _ragged(folder: Path) -> Path:
    return folder / "ragged.parquet"


def _landed(landing: Landing, wanted: Wanted, folder: Path, rows: int, ragged_rows: int) -> Landed:
    return Landed(
        paths=landing.paths,
        ragged=_ragged(folder),
        rows=rows,
        ragged_rows=ragged_rows,
        offset=wanted.offset,
        texts=landing.texts,
        ascends=landing.ascends,
    )


def _fits(cells: Sequence[str | None], width: int, nameless: Sequence[int]) -> bool:
    # Trailing delimiters are common in exports of old systems and lose nothing.
    is_wide_enough = len(cells) == width or (len(cells) > width and not any(cells[width:]))
    return is_wide_enough and not any(cells[position] for position in nameless)


def _arrays(chunk: list[Row], positions: Sequence[int]) -> tuple[pa.Array[Any], list[pa.Array[Any]]]:
    columns = list(zip(*(row[1] for row in chunk), strict=False))
    lines: pa.Array[Any] = pa.array([row[0] for row in chunk], pa.int64())
    return lines, [_trimmed(pa.array(columns[position], pa.string()), BLANKS) for position in positions]


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
