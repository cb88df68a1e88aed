"""The ingest itself: land as text, check every cell, then write the typed file in one move or not at all."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from catalog.data.duck import INGEST_LIMITS, Limits, identifier, literal, workbench
from catalog.data.formats import Note, RowSource, Wish, open_rows
from catalog.data.ingest.cells import (
    Cell,
    cell,
    day_number_text,
    decimal_type,
    digits_query,
    unprotected,
    valued,
    worked,
)
from catalog.data.ingest.headers import HeaderMap, known_names, map_header
from catalog.data.ingest.landing import Landed, Progress, land, text_name
from catalog.data.ingest.report import IngestReport, RejectCount, RejectSample
from catalog.data.schema import ROW_COLUMN, SQL_TYPES, Column

SAMPLES = 100
ROW_GROUP = 61_440


@dataclass(frozen=True)
class _Job:
    """One file on the workbench: everything the steps below share."""

    connection: duckdb.DuckDBPyConnection
    columns: Sequence[Column]
    cells: dict[str, Cell]
    types: dict[str, str]
    landed: Landed
    staged: str
    folder: Path

    @property
    def source(self) -> str:
        """The landed rows, trimmed and worked, as SQL."""
        return f"({self.staged})"

    @property
    def rejects(self) -> Path:
        """Where all rejects are gathered."""
        return self.folder / "rejects.parquet"


def ingest(
    source: Path,
    columns: Sequence[Column],
    target: Path,
    *,
    filename: str = "",
    sheet: str = "",
    rejects: Path | None = None,
    tolerance: float = 0.0,
    part_rows: int | None = None,
    row_offset: int = 0,
    progress: Progress | None = None,
    limits: Limits = INGEST_LIMITS,
) -> IngestReport:
    """Check `source` against `columns` and write the rows that fit to `target` as typed Parquet (zstd).

    Columns of the file are found by name, title or id; `target` gets the columns by id, in declared order, and
    the line of the source as `__row`, `row_offset` added. A row with any refused cell is left out. The version
    stands, and `target` is written (by one rename), when no declared column is missing and at most `tolerance` of
    the rows is refused.
    More than `part_rows` rows go into several files beside each other: see `filled_parts`. `bytes` and `sha256` of the
    report are of the first. `rejects` receives every refused cell as Parquet (line, col, value, code). Constant
    memory at any size.

    Raises UnreadableFile (nothing could be read), IngestCancelled (from `progress`), OSError (disk).
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".ingest-", dir=target.parent) as name:
        folder = Path(name)
        wish = Wish(known=known_names(columns), sheet=sheet)
        with open_rows(source, filename or source.name, wish) as opened:
            header = map_header(opened.header, columns)
            landed = land(opened, sorted(header.positions.values()), folder, progress)
        with workbench(folder, limits) as connection:
            job = _prepare(connection, columns, header, landed, folder, opened)
            _report_progress(progress, "checking", landed.rows)
            counts, words = _gather_rejects(job)
            rejected = _rejected_rows(job) if counts else 0
            stands = not header.missing and landed.rows > rejected and rejected <= tolerance * landed.rows
            size, digest = 0, ""
            if stands:
                _report_progress(progress, "writing", landed.rows)
                size, digest = _write(job, target, part_rows, row_offset, leave_out=bool(rejected))
            samples = _samples(job) if counts else ()
            notes = (*opened.notes, *words)
        if rejects is not None and counts:
            job.rejects.replace(rejects)
    return _report(
        opened,
        header,
        landed,
        rejected,
        stands=stands,
        counts=counts,
        samples=samples,
        notes=notes,
        bytes=size,
        sha256=digest,
    )


def _report(opened: RowSource, header: HeaderMap, landed: Landed, rejected: int, **found: Any) -> IngestReport:
    return IngestReport(
        format=opened.format,
        encoding=opened.encoding,
        delimiter=opened.delimiter,
        sheet=opened.sheet,
        rows=landed.rows,
        accepted=landed.rows - rejected,
        rejected=rejected,
        missing_columns=header.missing,
        unknown_columns=header.unknown,
        parts=tuple(opened.parts),
        **found,
    )


def _report_progress(progress: Progress | None, stage: str, rows: int) -> None:
    if progress is not None:
        progress(stage, rows)


def _prepare(
    connection: duckdb.DuckDBPyConnection,
    columns: Sequence[Column],
    header: HeaderMap,
    landed: Landed,
    folder: Path,
    opened: RowSource,
) -> _Job:
    present = [column for column in columns if column.id in header.positions]
    staged = _staged(present, header, landed, counts_days=opened.counts_days)
    types = {column.id: SQL_TYPES[column.type] for column in columns}
    for position, column in enumerate(present):
        if column.type.is_decimal:
            query = f"SELECT {digits_query(f'w{position}')} FROM ({staged})"
            types[column.id] = decimal_type(*connection.execute(query).fetchall()[0])
    cells = {
        column.id: cell(column, f"t{position}", f"w{position}", types[column.id])
        for position, column in enumerate(present)
    }
    return _Job(connection, columns, cells, types, landed, staged, folder)


def _staged(present: Sequence[Column], header: HeaderMap, landed: Landed, *, counts_days: bool) -> str:
    """Give the SQL of the landed rows with, for each column, its trimmed text r…, that text or NULL t…, worked w…."""
    sources = [text_name(header.positions[column.id]) for column in present]
    texts = ", ".join(f"{unprotected(source)} AS r{position}" for position, source in enumerate(sources))
    values = ", ".join(
        f"r{position}, {valued(column.type, f'r{position}')} AS t{position}" for position, column in enumerate(present)
    )
    works = ", ".join(
        f"r{position}, t{position}, {_worked(column, f't{position}', counts_days=counts_days)} AS w{position}"
        for position, column in enumerate(present)
    )
    inner = f"SELECT line, {texts} FROM read_parquet({literal(str(landed.path))})"
    return f"SELECT line, {works} FROM (SELECT line, {values} FROM ({inner}))"


def _worked(column: Column, text: str, *, counts_days: bool) -> str:
    work = worked(column.type, text)
    return day_number_text(work) if counts_days and column.type.is_time else work


def _gather_rejects(job: _Job) -> tuple[tuple[RejectCount, ...], list[Note]]:
    """Write all rejects to one file if there are any, and count them by column and reason.

    Notes on the way how many cells of each column held a word for "no value": one reading tells both.
    """
    present = [column for column in job.columns if column.id in job.cells]
    failures = [f"count({job.cells[column.id].reason})" for column in present]
    words = [f"count(r{position}) - count(t{position})" for position in range(len(present))]
    sums = job.connection.execute(f"SELECT {', '.join(failures + words)} FROM {job.source}").fetchall()[0]
    failed = sums[: len(present)]
    notes = [
        Note("note_no_value", {"column": column.name, "cells": count})
        for column, count in zip(present, sums[len(present) :], strict=True)
        if count
    ]
    parts = [_cell_rejects(job, column) for column, count in zip(present, failed, strict=True) if count]
    if job.landed.ragged_rows:
        parts.append(f"SELECT line, col, value, code FROM read_parquet({literal(str(job.landed.ragged))})")
    if _has_duplicates(job):
        parts.append(_duplicate_rejects(job))
    if not parts:
        return (), notes
    union = " UNION ALL ".join(parts)
    job.connection.execute(f"COPY (SELECT * FROM ({union}) ORDER BY line) TO {literal(str(job.rejects))}")
    rows = job.connection.execute(
        "SELECT col, code, count(*) FROM read_parquet(?) GROUP BY ALL ORDER BY 3 DESC, 1, 2", [str(job.rejects)]
    ).fetchall()
    return tuple(RejectCount(*row) for row in rows), notes


def _cell_rejects(job: _Job, column: Column) -> str:
    found = job.cells[column.id]
    return (
        f"SELECT line, {literal(column.name)} AS col, left({found.text}, 200) AS value, {found.reason} AS code "
        f"FROM {job.source} WHERE {found.reason} IS NOT NULL"
    )


def _keys(job: _Job) -> list[Column]:
    keys = [column for column in job.columns if column.primary_key]
    return keys if all(column.id in job.cells for column in keys) else []


def _duplicated(job: _Job) -> str:
    keys = _keys(job)
    listed = ", ".join(f"{job.cells[key.id].value} AS k{index}" for index, key in enumerate(keys))
    whole = " AND ".join(f"k{index} IS NOT NULL" for index in range(len(keys)))
    names = ", ".join(f"k{index}" for index in range(len(keys)))
    return (
        f"SELECT {names}, min(line) AS first FROM (SELECT line, {listed} FROM {job.source}) "
        f"WHERE {whole} GROUP BY {names} HAVING count(*) > 1"
    )


def _has_duplicates(job: _Job) -> bool:
    """Say whether a key may stand twice: as many hashes as keys are as many keys, and numbers are counted quickly."""
    keys = _keys(job)
    if not keys:
        return False
    values = ", ".join(job.cells[key.id].value for key in keys)
    whole = " AND ".join(f"({job.cells[key.id].value}) IS NOT NULL" for key in keys)
    # Not a WHERE: pushed down, it would work every key out anew for each mention of it.
    hashed = f"SELECT CASE WHEN {whole} THEN hash({values}) END AS h FROM {job.source}"
    query = f"SELECT count(h), count(DISTINCT h) FROM ({hashed})"
    found, different = job.connection.execute(query).fetchall()[0]
    return bool(found != different)


def _duplicate_rejects(job: _Job) -> str:
    keys = _keys(job)
    listed = ", ".join(f"{job.cells[key.id].value} AS k{index}" for index, key in enumerate(keys))
    names = [f"k{index}" for index in range(len(keys))]
    shown = "concat_ws(' / ', " + ", ".join(f"a.{name}::VARCHAR" for name in names) + ")"
    same = " AND ".join(f"a.{name} = d.{name}" for name in names)
    column = literal(", ".join(key.name for key in keys))
    return (
        f"SELECT a.line, {column} AS col, left({shown}, 200) AS value, 'duplicate_key' AS code "
        f"FROM (SELECT line, {listed} FROM {job.source}) a JOIN ({_duplicated(job)}) d ON {same} "
        "WHERE a.line <> d.first"
    )


def _rejected_rows(job: _Job) -> int:
    query = "SELECT count(DISTINCT line) FROM read_parquet(?)"
    return int(job.connection.execute(query, [str(job.rejects)]).fetchall()[0][0])


def _samples(job: _Job) -> tuple[RejectSample, ...]:
    rows = job.connection.execute(
        "SELECT line, col, value, code FROM read_parquet(?) ORDER BY line LIMIT ?", [str(job.rejects), SAMPLES]
    ).fetchall()
    return tuple(RejectSample(*row) for row in rows)


def filled_parts(target: Path) -> list[Path]:
    """Give the files with rows that an ingest wrote, in the order of their rows: `target`, `target.1` and so on."""
    parts = [target]
    while (part := _part(target, len(parts))).exists():
        parts.append(part)
    return [part for part in parts if pq.read_metadata(part).num_rows]


def _part(target: Path, number: int) -> Path:
    return target.with_name(f"{target.stem}.{number}{target.suffix}") if number else target


def _write(job: _Job, target: Path, part_rows: int | None, row_offset: int, *, leave_out: bool) -> tuple[int, str]:
    values = ", ".join(
        f"{job.cells[column.id].value if column.id in job.cells else 'NULL'}::{job.types[column.id]} "
        f"AS {identifier(column.id)}"
        for column in job.columns
    )
    where = "WHERE true"
    if leave_out:
        # Leaving rows out is a join, which loses their order.
        where = f"WHERE line NOT IN (SELECT line FROM read_parquet({literal(str(job.rejects))}))"
    order = "ORDER BY line" if leave_out else ""
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
    with written[0].open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    size = written[0].stat().st_size
    for number in reversed(range(len(written))):
        written[number].replace(_part(target, number))
    return size, digest


def _line_ranges(job: _Job, part_rows: int | None) -> list[tuple[int, int]]:
    """Cut the landed lines, which ascend, into ranges of about `part_rows`; (0, 0) stands for all of them."""
    if part_rows is None or job.landed.rows <= part_rows:
        return [(0, 0)]
    landed = literal(str(job.landed.path))
    query = (
        f"SELECT min(line), max(line) FROM read_parquet({landed}, file_row_number = true) "
        f"GROUP BY file_row_number // {int(part_rows)} ORDER BY 1"
    )
    return [(int(low), int(high)) for low, high in job.connection.execute(query).fetchall()]
