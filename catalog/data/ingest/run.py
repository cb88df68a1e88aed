"""The ingest itself: land as text, check every cell, then write the typed file in one move or not at all."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalog.data.duck import INGEST_LIMITS, Limits, workbench
from catalog.data.formats import Note, RowSource, Wish, open_rows
from catalog.data.ingest.headers import HeaderMap, known_names, map_header
from catalog.data.ingest.job import Job, prepare
from catalog.data.ingest.landed import Landed, Wanted
from catalog.data.ingest.landing import Progress, land
from catalog.data.ingest.rejects import gather_rejects, has_duplicates, no_value_notes, rejected_rows, samples
from catalog.data.ingest.report import IngestReport, RejectCount, RejectSample
from catalog.data.ingest.writing import columns_with_gaps, move_into_place, write_faultless, write_fitting
from catalog.data.schema import Column


@dataclass(frozen=True, kw_only=True)
class _Checked:
    """What the check of the landed rows found; `written` is None where it did not write them already."""

    written: list[Path] | None = None
    counts: tuple[RejectCount, ...] = ()
    rejected: int = 0
    samples: tuple[RejectSample, ...] = ()
    notes: Sequence[Note] = ()


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
            landed = land(opened, _wanted(columns, header, part_rows, row_offset), folder, progress)
        with workbench(folder, limits) as connection:
            job = prepare(connection, columns, header, landed, folder, counts_days=opened.counts_days)
            _report_progress(progress, "checking", landed.rows)
            found = _check(job, row_offset, is_whole=not header.missing)
            rejected = found.rejected
            stands = not header.missing and landed.rows > rejected and rejected <= tolerance * landed.rows
            size, digest = 0, ""
            if stands:
                _report_progress(progress, "writing", landed.rows)
                written = found.written or write_fitting(job, row_offset, leave_out=bool(rejected))
                size, digest = move_into_place(written, target)
        if rejects is not None and found.counts:
            job.rejects.replace(rejects)
    return _report(
        opened,
        header,
        landed,
        rejected,
        stands=stands,
        counts=found.counts,
        samples=found.samples,
        notes=(*opened.notes, *found.notes),
        bytes=size,
        sha256=digest,
        # Rows whose key is missing or stood before are refused, so what was taken has none of these.
        key=tuple(column.id for column in job.keys) if stands else (),
    )


def _wanted(columns: Sequence[Column], header: HeaderMap, part_rows: int | None, row_offset: int) -> Wanted:
    present = [column for column in columns if column.id in header.positions]
    keys = [column.id for column in columns if column.primary_key]
    return Wanted(
        positions={column.id: header.positions[column.id] for column in present},
        texts=frozenset(column.id for column in present if column.type.is_text),
        ordered=keys[0] if len(keys) == 1 else "",
        part_rows=part_rows,
        offset=row_offset,
    )


def _check(job: Job, row_offset: int, *, is_whole: bool) -> _Checked:
    """Check every cell and key: in the reading that writes where nothing is wrong, else to know all that is."""
    if is_whole and job.landed.rows and not job.landed.ragged_rows and not has_duplicates(job):
        written = write_faultless(job, row_offset)
        if written is not None:
            return _Checked(written=written, notes=no_value_notes(job, columns_with_gaps(job, written)))
    counts, notes = gather_rejects(job)
    if not counts:
        return _Checked(notes=notes)
    return _Checked(counts=counts, rejected=rejected_rows(job), samples=samples(job), notes=notes)


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
