"""What does not fit: every refused cell of a file, gathered, counted and shown."""

from __future__ import annotations

from collections.abc import Sequence

from catalog.data.duck import literal
from catalog.data.formats import Note
from catalog.data.ingest.job import Job
from catalog.data.ingest.report import RejectCount, RejectSample
from catalog.data.schema import Column

SAMPLES = 100


def gather_rejects(job: Job) -> tuple[tuple[RejectCount, ...], list[Note]]:
    """Write all rejects to one file if there are any, and count them by column and reason.

    Notes on the way how many cells of each column held a word for "no value": one reading tells both.
    """
    present = job.present
    failures = [f"count({job.cells[column.id].reason})" for column in present]
    words = [_words(job, column) for column in present]
    sums = job.connection.execute(f"SELECT {', '.join(failures + words)} FROM {job.source}").fetchall()[0]
    failed = sums[: len(present)]
    notes = _notes(present, sums[len(present) :])
    parts = [_cell_rejects(job, column) for column, count in zip(present, failed, strict=True) if count]
    if job.landed.ragged_rows:
        parts.append(f"SELECT line, col, value, code FROM read_parquet({literal(str(job.landed.ragged))})")
    if has_duplicates(job):
        parts.append(_duplicate_rejects(job))
    if not parts:
        return (), notes
    union = " UNION ALL ".join(parts)
    job.connection.execute(f"COPY (SELECT * FROM ({union}) ORDER BY line) TO {literal(str(job.rejects))}")
    rows = job.connection.execute(
        "SELECT col, code, count(*) FROM read_parquet(?) GROUP BY ALL ORDER BY 3 DESC, 1, 2", [str(job.rejects)]
    ).fetchall()
    return tuple(RejectCount(*row) for row in rows), notes


def no_value_notes(job: Job, columns: Sequence[Column]) -> list[Note]:
    """Note how many cells of these columns held a word for "no value"; texts that are their own values hold none."""
    columns = [column for column in columns if not job.is_value(column)]
    if not columns:
        return []
    words = ", ".join(_words(job, column) for column in columns)
    return _notes(columns, job.connection.execute(f"SELECT {words} FROM {job.source}").fetchall()[0])


def _words(job: Job, column: Column) -> str:
    position = job.present.index(column)
    return f"count(r{position}) - count(t{position})"


def _notes(columns: Sequence[Column], counts: Sequence[int]) -> list[Note]:
    return [
        Note("note_no_value", {"column": column.name, "cells": count})
        for column, count in zip(columns, counts, strict=True)
        if count
    ]


def _cell_rejects(job: Job, column: Column) -> str:
    found = job.cells[column.id]
    return (
        f"SELECT line, {literal(column.name)} AS col, left({found.text}, 200) AS value, {found.reason} AS code "
        f"FROM {job.source} WHERE {found.reason} IS NOT NULL"
    )


def _duplicated(job: Job) -> str:
    keys = job.keys
    listed = ", ".join(f"{job.cells[key.id].value} AS k{index}" for index, key in enumerate(keys))
    whole = " AND ".join(f"k{index} IS NOT NULL" for index in range(len(keys)))
    names = ", ".join(f"k{index}" for index in range(len(keys)))
    return (
        f"SELECT {names}, min(line) AS first FROM (SELECT line, {listed} FROM {job.source}) "
        f"WHERE {whole} GROUP BY {names} HAVING count(*) > 1"
    )


def has_duplicates(job: Job) -> bool:
    """Say whether a key may stand twice: as many hashes as keys are as many keys, and numbers are counted quickly.

    Texts that rise from row to row need no counting: exports mostly come in the order of their key.
    """
    keys = job.keys
    if not keys or (len(keys) == 1 and job.is_value(keys[0]) and job.landed.ascends):
        return False
    values = ", ".join(job.cells[key.id].value for key in keys)
    whole = " AND ".join(f"({job.cells[key.id].value}) IS NOT NULL" for key in keys)
    # Not a WHERE: pushed down, it would work every key out anew for each mention of it.
    hashed = f"SELECT CASE WHEN {whole} THEN hash({values}) END AS h FROM {job.source}"
    query = f"SELECT count(h), count(DISTINCT h) FROM ({hashed})"
    found, different = job.connection.execute(query).fetchall()[0]
    return bool(found != different)


def _duplicate_rejects(job: Job) -> str:
    keys = job.keys
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


def rejected_rows(job: Job) -> int:
    """Count the rows with a refused cell."""
    query = "SELECT count(DISTINCT line) FROM read_parquet(?)"
    return int(job.connection.execute(query, [str(job.rejects)]).fetchall()[0][0])


def samples(job: Job) -> tuple[RejectSample, ...]:
    """Give the first refused cells of the file."""
    rows = job.connection.execute(
        "SELECT line, col, value, code FROM read_parquet(?) ORDER BY line LIMIT ?", [str(job.rejects), SAMPLES]
    ).fetchall()
    return tuple(RejectSample(*row) for row in rows)
