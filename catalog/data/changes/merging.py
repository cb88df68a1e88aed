"""Many small files at the end of a version written together, so that additions do not leave a file each for ever."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from catalog.data.duck import INGEST_LIMITS, Limits, attach_buckets, identifier, literal, workbench
from catalog.data.ingest.landed import ROW_GROUP
from catalog.data.rows import rows_sql
from catalog.data.schema import ROW_COLUMN, Column
from catalog.data.store import Location


def small_runs(rows: Sequence[int], *, part_rows: int, most: int) -> list[range]:
    """Say which files are to be written together, by the rows of all files of a version in their order.

    A file is small below half of `part_rows`. Nothing is to be done while at most `most` small files stand at the
    end; else they are parted into runs of two or more of at most `part_rows` rows each. Small files further in were
    left there by deltas and stay.
    """
    first = len(rows)
    while first and rows[first - 1] * 2 < part_rows:
        first -= 1
    if len(rows) - first <= most:
        return []
    runs, start, held = [], first, 0
    for at in range(first, len(rows)):
        if held + rows[at] > part_rows:
            runs.append(range(start, at))
            start, held = at, 0
        held += rows[at]
    runs.append(range(start, len(rows)))
    return [run for run in runs if len(run) > 1]


def merge_files(
    files: Sequence[Location],
    columns: Sequence[Column],
    types: Mapping[str, str],
    target: Path,
    limits: Limits = INGEST_LIMITS,
) -> Path:
    """Write the rows of `files` into one, in their order and under their numbers, each column in its type of `types`.

    Constant memory. Gives `target`.
    """
    row = identifier(ROW_COLUMN)
    values = "".join(f", {identifier(column.id)}" for column in columns)
    with workbench(target.parent, limits) as connection:
        attach_buckets(connection, files)
        connection.execute(
            f"COPY (SELECT {row}{values} FROM {rows_sql(files, columns, types)} ORDER BY {row}) "
            f"TO {literal(str(target))} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP})"
        )
    return target
