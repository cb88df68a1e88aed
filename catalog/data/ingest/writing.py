"""The typed files of an ingest: written beside their target, and moved there only when all of them stand."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from catalog.data.duck import identifier, literal
from catalog.data.ingest.job import Job
from catalog.data.schema import ROW_COLUMN, Column

ROW_GROUP = 61_440
_REFUSED = "a cell is refused"


def filled_parts(target: Path) -> list[Path]:
    """Give the files with rows that an ingest wrote, in the order of their rows: `target`, `target.1` and so on."""
    parts = [target]
    while (part := _part(target, len(parts))).exists():
        parts.append(part)
    return [part for part in parts if pq.read_metadata(part).num_rows]


def _part(target: Path, number: int) -> Path:
    return target.with_name(f"{target.stem}.{number}{target.suffix}") if number else target


def write_faultless(job: Job, part_rows: int | None, row_offset: int) -> list[Path] | None:
    """Check and write in one reading; give None as soon as a cell is refused.

    Most files that are handed in again and again are without fault, and reading them once is half the work.
    """
    try:
        return _copy(job, part_rows, row_offset, lambda column: _checked(job, column))
    except duckdb.InvalidInputException as error:
        if _REFUSED not in str(error):
            raise
        return None


def write_fitting(job: Job, part_rows: int | None, row_offset: int, *, leave_out: bool) -> list[Path]:
    """Write the rows that fit; with `leave_out` those of the gathered rejects stay behind."""
    if not leave_out:
        return _copy(job, part_rows, row_offset, lambda column: _value(job, column))
    where = f"WHERE line NOT IN (SELECT line FROM read_parquet({literal(str(job.rejects))}))"
    # Leaving rows out is a join, which loses their order.
    return _copy(job, part_rows, row_offset, lambda column: _value(job, column), where, "ORDER BY line")


def move_into_place(written: list[Path], target: Path) -> tuple[int, str]:
    """Move the files to `target` and beside it, the first one last; give its bytes and SHA-256."""
    with written[0].open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    size = written[0].stat().st_size
    for number in reversed(range(len(written))):
        written[number].replace(_part(target, number))
    return size, digest


def columns_with_gaps(job: Job, written: list[Path]) -> list[Column]:
    """Give the columns in which a written file has no value somewhere, from the files' own statistics."""
    ids: set[str] = set()
    for path in written:
        metadata = pq.read_metadata(path)
        for group in range(metadata.num_row_groups):
            for at in range(metadata.num_columns):
                chunk = metadata.row_group(group).column(at)
                known = chunk.statistics
                if known is None or known.null_count != 0:
                    ids.add(chunk.path_in_schema)
    return [column for column in job.present if column.id in ids]


def _value(job: Job, column: Column) -> str:
    return job.cells[column.id].value if column.id in job.cells else "NULL"


def _checked(job: Job, column: Column) -> str:
    found = job.cells[column.id]
    return f"CASE WHEN {found.reason} IS NOT NULL THEN error({literal(_REFUSED)}) ELSE {found.value} END"


def _copy(
    job: Job,
    part_rows: int | None,
    row_offset: int,
    value: Callable[[Column], str],
    where: str = "WHERE true",
    order: str = "",
) -> list[Path]:
    values = ", ".join(f"({value(c)})::{job.types[c.id]} AS {identifier(c.id)}" for c in job.columns)
    written: list[Path] = []
    for low, high in _line_ranges(job, part_rows):
        unfinished = job.folder / f"typed-{len(written)}.parquet"
        within = f" AND line BETWEEN {low} AND {high}" if high else ""
        job.connection.execute(
            f"COPY (SELECT line + {int(row_offset)} AS {identifier(ROW_COLUMN)}, {values} "
            f"FROM {job.source} {where}{within} {order}) "
            f"TO {literal(str(unfinished))} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP})"
        )
        written.append(unfinished)
    return written


def _line_ranges(job: Job, part_rows: int | None) -> list[tuple[int, int]]:
    """Cut the landed lines, which ascend, into ranges of about `part_rows`; (0, 0) stands for all of them."""
    if part_rows is None or job.landed.rows <= part_rows:
        return [(0, 0)]
    landed = literal(str(job.landed.path))
    query = (
        f"SELECT min(line), max(line) FROM read_parquet({landed}, file_row_number = true) "
        f"GROUP BY file_row_number // {int(part_rows)} ORDER BY 1"
    )
    return [(int(low), int(high)) for low, high in job.connection.execute(query).fetchall()]
