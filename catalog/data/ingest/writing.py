"""The typed files of an ingest: written beside their target, and moved there only when all of them stand."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from catalog.data.duck import identifier, literal
from catalog.data.ingest.job import Job
from catalog.data.ingest.landed import ROW_GROUP
from catalog.data.schema import ROW_COLUMN, Column

_REFUSED = "a cell is refused"


def filled_parts(target: Path) -> list[Path]:
    """Give the files with rows that an ingest wrote, in the order of their rows: `target`, `target.1` and so on."""
    parts = [target]
    while (part := _part(target, len(parts))).exists():
        parts.append(part)
    return [part for part in parts if pq.read_metadata(part).num_rows]


def _part(target: Path, number: int) -> Path:
    return target.with_name(f"{target.stem}.{number}{target.suffix}") if number else target


def write_faultless(job: Job, row_offset: int) -> list[Path] | None:
    """Check and write in one reading; give None as soon as a cell is refused.

    Most files that are handed in again and again are without fault, and reading them once is half the work. Nothing
    is written where the landed files are typed already.
    """
    if job.is_typed:
        return None if _refuses(job) else list(job.landed.paths)
    try:
        return _copy(job, row_offset, lambda column: _checked(job, column))
    except duckdb.InvalidInputException as error:
        if _REFUSED not in str(error):
            raise
        return None


def write_fitting(job: Job, row_offset: int, *, leave_out: bool) -> list[Path]:
    """Write the rows that fit; with `leave_out` those of the gathered rejects stay behind."""
    if not leave_out:
        return _copy(job, row_offset, lambda column: _value(job, column))
    where = f"WHERE line NOT IN (SELECT line FROM read_parquet({literal(str(job.rejects))}))"
    # Leaving rows out is a join, which loses their order.
    return _copy(job, row_offset, lambda column: _value(job, column), where, "ORDER BY line")


def move_into_place(written: list[Path], target: Path) -> tuple[int, str]:
    """Move the files to `target` and beside it, the first one last; give its bytes and SHA-256."""
    with written[0].open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    size = written[0].stat().st_size
    for number in reversed(range(len(written))):
        written[number].replace(_part(target, number))
    return size, digest


def _refuses(job: Job) -> bool:
    """Say whether a rule that is not answered yet refuses a cell."""
    reasons = [f"count({found.reason})" for found in job.cells.values() if not found.is_certain]
    if not reasons:
        return False
    return any(job.connection.execute(f"SELECT {', '.join(reasons)} FROM {job.source}").fetchall()[0])


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
    if found.is_certain:
        return found.value
    return f"CASE WHEN {found.reason} IS NOT NULL THEN error({literal(_REFUSED)}) ELSE {found.value} END"


def _copy(
    job: Job,
    row_offset: int,
    value: Callable[[Column], str],
    where: str = "",
    order: str = "",
) -> list[Path]:
    values = ", ".join(f"({value(c)})::{job.types[c.id]} AS {identifier(c.id)}" for c in job.columns)
    written: list[Path] = []
    for path in job.landed.paths:
        unfinished = job.folder / f"typed-{len(written)}.parquet"
        job.connection.execute(
            f"COPY (SELECT line + {int(row_offset)} AS {identifier(ROW_COLUMN)}, {values} "
            f"FROM {job.part(path)} {where} {order}) "
            f"TO {literal(str(unfinished))} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP})"
        )
        written.append(unfinished)
    return written
