"""The profile of a version: for each column what is missing, how many values, their range, the frequent ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb

from catalog.data.duck import INGEST_LIMITS, Limits, attach_buckets, identifier, workbench
from catalog.data.exports.values import plain
from catalog.data.rows import rows_sql
from catalog.data.schema import Column
from catalog.data.store import Location

FREQUENT = 10
BINS = 10
MIN_SHOWN = 5
"""A frequent value is shown only when at least this many rows hold it: rarer ones may point at one person."""
EXACT_ROWS = 5_000_000


@dataclass(frozen=True, kw_only=True)
class Bin:
    """One bar of a histogram, from `low` (included) to `high` (included in the last bar only)."""

    low: float
    high: float
    count: int


@dataclass(frozen=True, kw_only=True)
class ColumnProfile:
    """What is known of one column. Ranges of texts are ranges of length: their values are not for everybody."""

    name: str
    nulls: int
    distinct: int
    minimum: Any = None
    maximum: Any = None
    shortest: int | None = None
    longest: int | None = None
    frequent: tuple[tuple[Any, int], ...] = ()
    histogram: tuple[Bin, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FileProfile:
    """What is known of the rows of a version."""

    rows: int
    columns: tuple[ColumnProfile, ...]

    def to_json(self) -> dict[str, Any]:
        """Give the JSON a version keeps."""
        return asdict(self)


def profile(path: Path, columns: Sequence[Column], folder: Path, limits: Limits = INGEST_LIMITS) -> FileProfile:
    """Profile a typed Parquet file whose columns are named by id; spills into `folder`.

    Distinct values are exact up to five million rows and estimated above.
    """
    return profile_version((Location(str(path)),), columns, {}, folder, limits)


def profile_version(
    files: Sequence[Location],
    columns: Sequence[Column],
    types: Mapping[str, str],
    folder: Path,
    limits: Limits = INGEST_LIMITS,
) -> FileProfile:
    """Profile all files of a version as one table, each column in its type of `types`; see `profile`."""
    with workbench(folder, limits) as connection:
        attach_buckets(connection, files)
        connection.execute(f"CREATE TEMP VIEW whole AS SELECT * FROM {rows_sql(files, columns, types)}")
        rows = int(connection.execute("SELECT count(*) FROM whole").fetchall()[0][0])
        return FileProfile(rows=rows, columns=tuple(_column(connection, column, rows) for column in columns))


def _column(connection: duckdb.DuckDBPyConnection, column: Column, rows: int) -> ColumnProfile:
    name = identifier(column.id)
    distinct = f"count(DISTINCT {name})" if rows <= EXACT_ROWS else f"approx_count_distinct({name})"
    if column.type.is_text:
        ranges = f"NULL, NULL, min(length({name})), max(length({name}))"
    else:
        ranges = f"min({name}), max({name}), NULL, NULL"
    present, values, low, high, shortest, longest = connection.execute(
        f"SELECT count({name}), {distinct}, {ranges} FROM whole",
    ).fetchall()[0]
    frequent: tuple[tuple[Any, int], ...] = ()
    # A column of nearly unique values has no frequent ones, and grouping it is the costly case.
    if values <= max(present // 2, 1) and not column.primary_key:
        frequent = _frequent(connection, name)
    return ColumnProfile(
        name=column.name,
        nulls=rows - present,
        distinct=values,
        minimum=plain(low),
        maximum=plain(high),
        shortest=shortest,
        longest=longest,
        frequent=frequent,
        histogram=_histogram(connection, name, low, high) if column.type.is_number and values > 1 else (),
    )


def _frequent(connection: duckdb.DuckDBPyConnection, name: str) -> tuple[tuple[Any, int], ...]:
    found = connection.execute(
        f"SELECT {name}, count(*) AS n FROM whole WHERE {name} IS NOT NULL "
        f"GROUP BY 1 HAVING n >= {MIN_SHOWN} ORDER BY n DESC, 1 LIMIT {FREQUENT}",
    ).fetchall()
    return tuple((plain(value), count) for value, count in found)


def _histogram(connection: duckdb.DuckDBPyConnection, name: str, low: Any, high: Any) -> tuple[Bin, ...]:
    start, width = float(low), (float(high) - float(low)) / BINS
    if not 0 < width < float("inf"):
        return ()
    found = dict(
        connection.execute(
            f"SELECT least(floor(({name}::DOUBLE - ?) / ?)::INTEGER, {BINS - 1}) AS bin, count(*) "
            f"FROM whole WHERE {name} IS NOT NULL GROUP BY 1",
            [start, width],
        ).fetchall()
    )
    return tuple(
        Bin(low=start + index * width, high=start + (index + 1) * width, count=found.get(index, 0))
        for index in range(BINS)
    )
