"""What a checked file makes of the version before it: the whole data anew, rows added, rows changed by key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Sum

from catalog.data.changes import (
    OPERATION,
    HeldFile,
    Refusal,
    apply_delta,
    came_and_went,
    existing_keys,
    only_deletes,
    retyped,
)
from catalog.data.errors import UnreadableFile
from catalog.data.formats import open_rows
from catalog.data.formats.base import Wish
from catalog.data.ingest import IngestReport, filled_parts, ingest
from catalog.data.ingest.headers import known_names, map_header
from catalog.data.manifest import DescribedFile, common_layout, joined_spans
from catalog.data.profile import FileProfile, profile_version
from catalog.data.quality import Known
from catalog.data.schema import Column, columns_from_json
from catalog.models import ColumnRange, DataFile, Resource, Upload, Version
from catalog.selectors.manifest import overlapping, version_files
from catalog.services.manifest import describe_part, store_part
from catalog.services.parts import part_of, place_of, together

Progress = Callable[[str, int], None]


@dataclass(frozen=True, kw_only=True)
class Made:
    """What came of a file: its report, the rejects where it does not stand, and else all a version needs."""

    report: IngestReport
    rejects: Path | None = None
    may_leave_out: bool = False
    """Whether it would stand without the refused rows: what contradicts the version before would not."""
    parent: Version | None = None
    files: Sequence[DescribedFile | DataFile] = ()
    profile: FileProfile | None = None
    last_row: int = 0
    changes: dict[str, int] = field(default_factory=dict)
    known: Known = field(default_factory=Known)
    """What making it told of its rows, so that the check of its quality need not ask again."""


@dataclass(frozen=True, kw_only=True)
class Work:
    """A file on the bench: what it was handed in for, its columns, a local copy, a folder to write into."""

    upload: Upload
    columns: tuple[Column, ...]
    source: Path
    folder: Path
    progress: Progress

    @property
    def target(self) -> Path:
        """Where the typed rows go."""
        return self.folder / "typed.parquet"

    @property
    def rejects(self) -> Path:
        """Where refused cells go."""
        return self.folder / "rejects.parquet"


def mode_problem(resource: Resource, columns: Sequence[Column], mode: str) -> tuple[str, dict[str, Any]] | None:
    """Say why a file cannot be added to the version before, as a code and its parameters; None when it can.

    Asks of the declared items against the columns of the current version (at most 2 queries).
    """
    if mode == "replace":
        return None
    parent = resource.current_version
    if parent is None or parent.deleted_at is not None:
        return "mode_no_parent", {}
    before = columns_from_json(parent.columns)
    keys = [column.id for column in columns if column.primary_key]
    if mode == "delta" and not keys:
        return "mode_no_key", {}
    if sorted(keys) != sorted(column.id for column in before if column.primary_key):
        return "mode_key_changed", {}
    if wrong := retyped(before, columns):
        return "mode_retyped", {"columns": ", ".join(column.name for column in wrong)}
    if wrong := _without_value(parent, before, columns):
        return "mode_required", {"columns": ", ".join(column.name for column in wrong)}
    return None


def _without_value(parent: Version, before: Sequence[Column], columns: Sequence[Column]) -> list[Column]:
    """Give the columns that need a value now and lack it in rows that stay."""
    new, _gone = came_and_went(before, columns)
    was_free = {column.id for column in before if not column.required}
    asked = [column.id for column in columns if column.required and column.id in was_free]
    held = ColumnRange.objects.filter(file__versions=parent, column_id__in=asked).values("column_id")
    missing = {row["column_id"] for row in held.annotate(nulls=Sum("nulls")) if row["nulls"]} if asked else set()
    has_rows = parent.row_count > 0
    return [column for column in columns if (column in new and column.required and has_rows) or column.id in missing]


def make(work: Work) -> Made:
    """Check the file and make of it what its mode says; nothing is committed.

    Puts new data files into the store. Raises UnreadableFile (also with the codes of ``mode_problem``),
    EngineLimit, IngestCancelled.
    """
    mode = work.upload.mode
    if (problem := mode_problem(work.upload.resource, work.columns, mode)) is not None:
        raise UnreadableFile(problem[0], **problem[1])
    return {"replace": _whole, "append": _appended, "delta": _changed}[mode](work)


def _ingest(work: Work, columns: Sequence[Column], *, offset: int = 0, part_rows: int | None = None) -> IngestReport:
    return ingest(
        work.source,
        columns,
        work.target,
        filename=work.upload.name,
        sheet=work.upload.sheet,
        tolerance=float(work.upload.tolerance) / 100,
        rejects=work.rejects,
        part_rows=part_rows,
        row_offset=offset,
        progress=work.progress,
    )


def _whole(work: Work) -> Made:
    report = _ingest(work, work.columns, part_rows=settings.DATA_FILE_ROWS)
    if not report.stands:
        return Made(report=report, rejects=work.rejects, may_leave_out=True)
    return _made(work, report, filled_parts(work.target), [], key=report.key)


def _appended(work: Work) -> Made:
    parent = _parent(work)
    report = _ingest(work, work.columns, offset=parent.last_row, part_rows=settings.DATA_FILE_ROWS)
    if not report.stands:
        return Made(report=report, rejects=work.rejects, may_leave_out=True)
    parts = filled_parts(work.target)
    described = [describe_part(part, work.columns) for part in parts]
    keys = [column.id for column in work.columns if column.primary_key]
    places = overlapping(parent, joined_spans(described, keys)) if keys else []
    refusal = existing_keys(
        parts,
        [place_of(place.file) for place in places],
        work.columns,
        _types(work, parent, described),
        offset=parent.last_row,
        folder=work.folder,
    )
    if refusal is not None:
        return _refused(report, refusal)
    kept = list(version_files(parent))
    return _made(work, report, parts, kept, parent=parent, changes={"added": report.accepted})


def _changed(work: Work) -> Made:
    parent = _parent(work)
    known = (*work.columns, OPERATION)
    wish = Wish(known=known_names(known), sheet=work.upload.sheet)
    with open_rows(work.source, work.upload.name, wish) as opened:
        header = map_header(opened.header, known)
    # A row that deletes needs its key alone; whoever changes or adds without a value is told by the delta.
    asked = [column if column.primary_key else replace(column, nullable=True) for column in work.columns]
    if OPERATION.id in header.positions:
        asked = [column for column in asked if column.primary_key or column.id in header.positions]
        asked.append(OPERATION)
    report = _ingest(work, asked)
    if not report.stands:
        return Made(report=report, rejects=work.rejects, may_leave_out=True)
    missing = tuple(column.name for column in work.columns if column.id not in header.positions)
    if missing and not only_deletes([work.target], work.folder):
        return Made(report=replace(report, stands=False, missing_columns=missing))
    return _delta(work, report, parent)


def _delta(work: Work, report: IngestReport, parent: Version) -> Made:
    staged = describe_part(work.target, work.columns)
    keys = [column.id for column in work.columns if column.primary_key]
    places = list(overlapping(parent, joined_spans([staged], keys)))
    held = [
        HeldFile(
            number=place.position,
            location=place_of(place.file),
            first_row=place.file.first_row,
            last_row=place.file.last_row,
        )
        for place in places
    ]
    work.progress("writing", report.rows)
    outcome = apply_delta(
        [work.target],
        held,
        work.columns,
        _types(work, parent, [staged]),
        last_row=parent.last_row,
        part_rows=settings.DATA_FILE_ROWS,
        folder=work.folder,
    )
    if outcome.refusal is not None:
        return _refused(report, outcome.refusal)
    kept: list[DataFile | Path] = []
    for position, file in enumerate(version_files(parent)):
        now = outcome.rewritten.get(position, file)
        kept += [] if now is None else [now]
    changes = dict(outcome.changes)
    return _made(work, report, outcome.added, kept, parent=parent, changes=changes, last_row=outcome.last_row)


def _made(
    work: Work,
    report: IngestReport,
    parts: Sequence[Path],
    kept: Sequence[DataFile | Path],
    *,
    parent: Version | None = None,
    changes: dict[str, int] | None = None,
    last_row: int = 0,
    key: Sequence[str] = (),
) -> Made:
    """Profile the version to be and store its new files, which come after or between the kept ones.

    `key` is the key of all its rows, where it was seen to be whole and unique.
    """
    order = [part_of(file, work.columns) for file in (*kept, *parts)]
    if parent is not None:
        order = together(order, work.columns, work.folder)
    work.progress("profiling", report.rows)
    places = [part.place for part in order]
    layout = common_layout((dict(place.layout) for place in places), work.columns)
    found = profile_version(places, work.columns, layout, work.folder, key=key)
    work.progress("storing", report.rows)
    resource, stem = work.upload.resource, f"u{work.upload.pk}"
    files = [
        part.file if isinstance(part.file, DataFile) else store_part(resource, stem, part.path, part.file)
        for part in order
    ]
    rejects = work.rejects if report.rejected else None
    return Made(
        report=report,
        rejects=rejects,
        parent=parent,
        files=files,
        profile=found,
        last_row=last_row,
        changes=changes or {},
        known=Known(values=found.values_of(work.columns), key=frozenset(key)),
    )


def _parent(work: Work) -> Version:
    parent = work.upload.resource.current_version
    if parent is None:
        raise UnreadableFile("mode_no_parent")
    return parent


def _types(work: Work, parent: Version, described: Sequence[DescribedFile]) -> dict[str, str]:
    return common_layout([parent.layout, *(file.layout for file in described)], work.columns)


def _refused(report: IngestReport, refusal: Refusal) -> Made:
    return Made(
        report=replace(
            report,
            stands=False,
            accepted=report.rows - refusal.rows,
            rejected=refusal.rows,
            counts=refusal.counts,
            samples=refusal.samples,
        ),
        rejects=refusal.path,
    )
