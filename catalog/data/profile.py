"""The profile of a version: for each column what is missing, how many values, their range, the frequent ones."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from catalog.data.duck import INGEST_LIMITS, Limits, attach_buckets, identifier, literal, workbench
from catalog.data.exports.values import plain
from catalog.data.findings import Finding, find_sensitive
from catalog.data.rows import rows_sql
from catalog.data.schema import ROW_COLUMN, Column
from catalog.data.store import Location

FREQUENT = 10
BINS = 10
MIN_SHOWN = 5
"""A frequent value is shown only when at least this many rows hold it: rarer ones may point at one person."""
EXACT_ROWS = 5_000_000
SHAPES, SHAPE_LENGTH = 8, 30
SHAPE_ROWS, SHAPES_OF_ALL = 20_000, 100_000
"""In a table of more than SHAPES_OF_ALL rows, a column with more than SHAPE_ROWS values shows the forms of about so
many rows, drawn over the whole table."""
_CHINESE = r"[\x{3400}-\x{9fff}]"
_UPPER, _LOWER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"
_LETTERS, _FORMS = f"0123456789{_UPPER}{_LOWER}", "9" * 10 + "A" * 26 + "a" * 26


@dataclass(frozen=True, kw_only=True)
class Bin:
    """One bar of a histogram, from `low` (included) to `high` (included in the last bar only); days as ISO text."""

    low: float | str
    high: float | str
    count: int


@dataclass(frozen=True, kw_only=True)
class ColumnProfile:
    """What is known of one column. Ranges of texts are ranges of length: their values are not for everybody.

    `shapes` are the commonest forms of texts (digits as 9, letters as a and A, Chinese characters as 中), counted in
    `shape_rows` rows: all of them, or a sample of a large table.
    """

    name: str
    nulls: int
    distinct: int
    minimum: Any = None
    maximum: Any = None
    shortest: int | None = None
    longest: int | None = None
    frequent: tuple[tuple[Any, int], ...] = ()
    histogram: tuple[Bin, ...] = ()
    shapes: tuple[tuple[str, int], ...] = ()
    shape_rows: int = 0
    finding: dict[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class FileProfile:
    """What is known of the rows of a version."""

    rows: int
    columns: tuple[ColumnProfile, ...]

    def to_json(self) -> dict[str, Any]:
        """Give the JSON a version keeps."""
        return asdict(self)

    def values_of(self, columns: Sequence[Column]) -> dict[str, int]:
        """Give how many different values each of the columns that were profiled has, by its id."""
        return {column.id: found.distinct for column, found in zip(columns, self.columns, strict=True)}


def profile(
    path: Path,
    columns: Sequence[Column],
    folder: Path,
    limits: Limits = INGEST_LIMITS,
    *,
    key: Sequence[str] = (),
) -> FileProfile:
    """Profile a typed Parquet file whose columns are named by id; spills into `folder`.

    Distinct values are exact up to five million rows and estimated above. `key` names the columns of a key that was
    seen to be whole and unique: one column that is a key has as many values as there are rows.
    """
    return profile_version((Location(str(path)),), columns, {}, folder, limits, key=key)


def profile_version(
    files: Sequence[Location],
    columns: Sequence[Column],
    types: Mapping[str, str],
    folder: Path,
    limits: Limits = INGEST_LIMITS,
    *,
    key: Sequence[str] = (),
) -> FileProfile:
    """Profile all files of a version as one table, each column in its type of `types`; see `profile`."""
    with workbench(folder, limits) as connection:
        attach_buckets(connection, files)
        connection.execute(f"CREATE TEMP VIEW whole AS SELECT * FROM {rows_sql(files, columns, types)}")
        return profile_view(connection, columns, key)


def profile_view(
    connection: duckdb.DuckDBPyConnection, columns: Sequence[Column], key: Sequence[str] = ()
) -> FileProfile:
    """Profile the view `whole` of a connection, whose columns are named by id; `key` as in `profile`."""
    rows = int(connection.execute("SELECT count(*) FROM whole").fetchall()[0][0])
    findings = find_sensitive(connection, columns)
    counts = {column.id: _counts(connection, column, rows, is_key=list(key) == [column.id]) for column in columns}
    drawn = {c.id for c in columns if rows > SHAPES_OF_ALL and c.type.is_text and counts[c.id].values > SHAPE_ROWS}
    _draw_sample(connection, sorted(drawn), rows)
    profiles = tuple(
        _column(connection, c, rows, counts[c.id], findings.get(c.id), shapes_of="drawn" if c.id in drawn else "whole")
        for c in columns
    )
    return FileProfile(rows=rows, columns=profiles)


class _Counts(NamedTuple):
    """What one reading of a column tells."""

    present: int
    values: int
    low: Any
    high: Any
    shortest: int | None
    longest: int | None


def _counts(connection: duckdb.DuckDBPyConnection, column: Column, rows: int, *, is_key: bool) -> _Counts:
    # One column at a time: several sets of different values at once would not fit the memory of a small machine.
    name = identifier(column.id)
    distinct = f"count(DISTINCT {name})" if rows <= EXACT_ROWS else f"approx_count_distinct({name})"
    if is_key:
        distinct = str(rows)
    if column.type.is_text:
        ranges = f"NULL, NULL, min(length({name})), max(length({name}))"
    else:
        ranges = f"min({name}), max({name}), NULL, NULL"
    return _Counts(*connection.execute(f"SELECT count({name}), {distinct}, {ranges} FROM whole").fetchall()[0])


def _draw_sample(connection: duckdb.DuckDBPyConnection, ids: Sequence[str], rows: int) -> None:
    """Keep about SHAPE_ROWS rows of these columns as `drawn`, always the same ones."""
    if not ids:
        return
    names = ", ".join(map(identifier, ids))
    chosen = f"hash({identifier(ROW_COLUMN)}) % {rows // SHAPE_ROWS} = 0"
    connection.execute(f"CREATE TEMP TABLE drawn AS SELECT {names} FROM whole WHERE {chosen}")


def _column(
    connection: duckdb.DuckDBPyConnection,
    column: Column,
    rows: int,
    counts: _Counts,
    finding: Finding | None,
    *,
    shapes_of: str,
) -> ColumnProfile:
    name = identifier(column.id)
    frequent: tuple[tuple[Any, int], ...] = ()
    # A column of nearly unique values has no frequent ones, and grouping it is the costly case.
    if counts.values <= max(counts.present // 2, 1) and not column.primary_key:
        frequent = _frequent(connection, name)
    shapes, shape_rows = _shapes(connection, name, shapes_of) if column.type.is_text and counts.present else ((), 0)
    return ColumnProfile(
        name=column.name,
        nulls=rows - counts.present,
        distinct=counts.values,
        minimum=plain(counts.low),
        maximum=plain(counts.high),
        shortest=counts.shortest,
        longest=counts.longest,
        frequent=frequent,
        histogram=_bars(connection, column, counts.low, counts.high) if counts.values > 1 else (),
        shapes=shapes,
        shape_rows=shape_rows,
        finding=finding.to_json() if finding is not None else None,
    )


def _bars(connection: duckdb.DuckDBPyConnection, column: Column, low: Any, high: Any) -> tuple[Bin, ...]:
    name = identifier(column.id)
    if column.type.is_number:
        return _histogram(connection, name, low, high)
    if not column.type.is_time:
        return ()
    first, last = (datetime.date(day.year, day.month, day.day).toordinal() for day in (low, high))
    days = f"({name}::DATE - DATE '0001-01-01' + 1)"
    return tuple(
        Bin(low=_day(bar.low), high=_day(bar.high), count=bar.count)
        for bar in _histogram(connection, days, first, last, condition=name)
    )


def _day(ordinal: float | str) -> str:
    return datetime.date.fromordinal(int(float(ordinal))).isoformat()


def _shapes(connection: duckdb.DuckDBPyConnection, name: str, source: str) -> tuple[tuple[tuple[str, int], ...], int]:
    """Count the commonest forms of a text column: of all its rows, or of those drawn."""
    plain_text = f"translate(left(v, {SHAPE_LENGTH}), {literal(_LETTERS)}, {literal(_FORMS)})"
    shape = (
        f"CASE WHEN strlen(v) = length(v) THEN {plain_text} "
        f"ELSE regexp_replace({plain_text}, {literal(_CHINESE)}, '中', 'g') END"
    )
    # Each value once: a form is dear to make, and most columns repeat their values.
    once = f"SELECT {name} AS v, count(*) AS n FROM {source} WHERE v IS NOT NULL"
    found = connection.execute(
        f"SELECT {shape} AS s, sum(n)::BIGINT AS rows, sum(sum(n)) OVER () FROM ({once} GROUP BY v) "
        f"GROUP BY s ORDER BY rows DESC, s LIMIT {SHAPES}"
    ).fetchall()
    shown = tuple((str(shape), int(count)) for shape, count, _total in found if count >= MIN_SHOWN)
    return shown, int(found[0][2]) if found else 0


def _frequent(connection: duckdb.DuckDBPyConnection, name: str) -> tuple[tuple[Any, int], ...]:
    found = connection.execute(
        f"SELECT {name}, count(*) AS n FROM whole WHERE {name} IS NOT NULL "
        f"GROUP BY 1 HAVING n >= {MIN_SHOWN} ORDER BY n DESC, 1 LIMIT {FREQUENT}",
    ).fetchall()
    return tuple((plain(value), count) for value, count in found)


def _histogram(
    connection: duckdb.DuckDBPyConnection, name: str, low: Any, high: Any, condition: str = ""
) -> tuple[Bin, ...]:
    start, width = float(low), (float(high) - float(low)) / BINS
    if not 0 < width < float("inf"):
        return ()
    found = dict(
        connection.execute(
            f"SELECT least(floor(({name}::DOUBLE - ?) / ?)::INTEGER, {BINS - 1}) AS bin, count(*) "
            f"FROM whole WHERE {condition or name} IS NOT NULL GROUP BY 1",
            [start, width],
        ).fetchall()
    )
    return tuple(
        Bin(low=start + index * width, high=start + (index + 1) * width, count=found.get(index, 0))
        for index in range(BINS)
    )
