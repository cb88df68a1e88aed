"""The sums that stand in a table of numbers: rows of a total and its parts, divisions under divisions, columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

import duckdb

from catalog.data.duck import identifier
from catalog.data.privacy.suppression.solving import Cell
from catalog.data.schema import ROW_COLUMN, Column

_TOTALS = frozenset({"合计", "总计", "共计", "小计", "总数", "全部", "total", "all", "sum"})
_DIVISION = re.compile(r"[0-9]{6}|[0-9]{9}|[0-9]{12}")
_LEVELS = (2, 4, 6, 9)
MOST_VALUES, _MOST_SUMS = 50_000, 20_000
_MOST_COLUMNS = 6
_SAME = 0.8
"""Of the parts whose total shows the same value, from which a column sets tables beside each other."""
_HOLDS = 0.5
"""Of the sums without a withheld cell that must come out, or the total is one of something else."""
_ENDLESS = (float("inf"), float("-inf"))
_ROW_ID = identifier(ROW_COLUMN)


@dataclass(frozen=True, kw_only=True)
class Equation:
    """Cells, each times its factor, that make nothing together: the parts once, the total once less."""

    factors: Mapping[Cell, int]


@dataclass(frozen=True, kw_only=True)
class Table:
    """The view `whole` as numbers (`people`) by whatever else is delivered: SQL of a text by column id."""

    connection: duckdb.DuckDBPyConnection
    people: Sequence[Column]
    other: Mapping[str, str]
    rows: int


Values = dict[Cell, Fraction | None]


def sums_of(table: Table) -> tuple[list[Equation], Values]:
    """Find the sums in which something is withheld (in a small table all sums), and the value of each of their cells.

    Missing numbers are withheld ones: None.
    """
    equations: list[Equation] = []
    values: Values = {}
    for column, up in _totals(table):
        slices = _slices(table, column, up)
        for people in table.people:
            if _comes_out(table, column, up, slices, people):
                equations += _rows(table, column, slices, people, values)
        table.connection.execute("DROP TABLE up")
    for total, parts in _column_sums(table):
        equations += _across(table, total, parts, values)
    return equations, values


def _totals(table: Table) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Give each column with totals and, as the table `up`, which value is part of which."""
    for column, sql in table.other.items():
        found = table.connection.execute(
            f"SELECT DISTINCT {sql} AS v FROM whole WHERE v IS NOT NULL LIMIT {MOST_VALUES + 1}"
        ).fetchall()
        if len(found) > MOST_VALUES:
            continue
        for up in _hierarchies([str(value) for (value,) in found]):
            table.connection.execute(
                "CREATE TEMP TABLE up AS SELECT unnest(?) AS part, unnest(?) AS total", [list(up), list(up.values())]
            )
            yield column, up


def _hierarchies(values: Sequence[str]) -> Iterator[dict[str, str]]:
    """Tell which values are part of which: of a word that says total, and of the division a code lies in."""
    totals = [value for value in values if "".join(value.lower().split()) in _TOTALS]
    parts = [value for value in values if value not in totals]
    for total in totals:
        if parts:
            yield dict.fromkeys(parts, total)
    if parts and all(_DIVISION.fullmatch(value) for value in parts):
        there = set(parts)
        above = {value: next((up for up in _above(value) if up in there), "") for value in parts}
        if up := {value: total for value, total in above.items() if total}:
            yield up


def _above(code: str) -> Iterator[str]:
    """Give the codes of the divisions a division lies in, the nearest first."""
    for digits in reversed(_LEVELS):
        if digits < len(code) and (up := code[:digits].ljust(len(code), "0")) != code:
            yield up


def _slices(table: Table, column: str, up: Mapping[str, str]) -> list[str]:
    """Find the columns in which a part and its total say the same: a sum is over the rows that agree in them."""
    here, found = table.other[column], []
    for other, sql in table.other.items():
        if other == column:
            continue
        ((same,),) = table.connection.execute(
            f"SELECT sum(n) FILTER (seen.v IS NOT NULL) / sum(n) FROM "
            f"(SELECT total, coalesce({sql}, '') AS v, count(*) AS n FROM whole JOIN up ON {here} = part GROUP BY ALL) "
            f"LEFT JOIN (SELECT DISTINCT {here} AS total, coalesce({sql}, '') AS v FROM whole "
            f"WHERE {here} IN (SELECT total FROM up)) AS seen USING (total, v)"
        ).fetchall()
        if same is not None and same >= _SAME:
            found.append(sql)
    return found


def _summed(table: Table, column: str, slices: Sequence[str], people: Column) -> str:
    """Give the SQL of one row per sum: the parts with their numbers, the total with its."""
    name, here = identifier(people.id), table.other[column]
    kept = "".join(f", coalesce({sql}, '') AS s{at}" for at, sql in enumerate(slices))
    same = "".join(f", s{at}" for at in range(len(slices)))
    return (
        f"WITH cells AS (SELECT {_ROW_ID} AS r, {here} AS v{kept}, {name} AS n FROM whole), "
        f"parts AS (SELECT total{same}, list(r) AS rs, list(n) AS ns, sum(n) AS made, "
        "count(*) - count(n) AS missing FROM cells JOIN up ON v = part GROUP BY ALL), "
        f"totals AS (SELECT v AS total{same}, min(r) AS r, min(n) AS n FROM cells "
        "WHERE v IN (SELECT total FROM up) GROUP BY ALL HAVING count(*) = 1) "
        f"SELECT rs, ns, totals.r, totals.n, made, missing FROM parts JOIN totals USING (total{same})"
    )


def _comes_out(table: Table, column: str, up: Mapping[str, str], slices: Sequence[str], people: Column) -> bool:
    """Say whether the totals are those of the parts, as far as nothing is withheld."""
    right, asked = table.connection.execute(
        f"SELECT count(*) FILTER (made = n), count(*) FROM ({_summed(table, column, slices, people)}) "
        "WHERE missing = 0 AND n IS NOT NULL"
    ).fetchall()[0]
    return not asked or right >= _HOLDS * asked


def _rows(table: Table, column: str, slices: Sequence[str], people: Column, values: Values) -> Iterator[Equation]:
    some = "" if table.rows <= _MOST_SUMS else " WHERE missing > 0 OR n IS NULL"
    found = table.connection.execute(
        f"SELECT rs, ns, r, n FROM ({_summed(table, column, slices, people)}){some} LIMIT {_MOST_SUMS}"
    ).fetchall()
    for rows, numbers, total, number in found:
        cells = {(row, people.id): value for row, value in zip(rows, numbers, strict=True)}
        yield _equation(cells, ((total, people.id), number), values)


def _equation(parts: Mapping[Cell, object], total: tuple[Cell, object], values: Values) -> Equation:
    for cell, value in [*parts.items(), total]:
        values[cell] = _exact(value)
    return Equation(factors={**dict.fromkeys(parts, 1), total[0]: -1})


def _exact(value: object) -> Fraction | None:
    """Read a number exactly; what is no number is as good as withheld."""
    if isinstance(value, int):
        return Fraction(value)
    return None if value is None or value != value or value in _ENDLESS else Fraction(str(value))  # noqa: PLR0124 - NaN alone differs from itself


def _column_sums(table: Table) -> list[tuple[Column, tuple[Column, ...]]]:
    """Find the columns that are the sum of others, in nearly every row where none is missing."""
    asked = list(_possible(table.people))
    if not asked:
        return []
    parts = ", ".join(
        f"count(*) FILTER ({_plus(some)} = {identifier(total.id)}), "
        f"count(*) FILTER ({_plus(some)} IS NOT NULL AND {identifier(total.id)} > 0)"
        for total, some in asked
    )
    counts = table.connection.execute(f"SELECT {parts} FROM whole").fetchall()[0]
    pairs = zip(asked, counts[::2], counts[1::2], strict=True)
    return [one for one, right, complete in pairs if complete > 1 and right >= 0.9 * complete]


def _possible(people: Sequence[Column]) -> Iterator[tuple[Column, tuple[Column, ...]]]:
    for total in people:
        rest = [column for column in people if column is not total]
        sizes: Iterable[int] = range(2, len(rest) + 1) if len(people) <= _MOST_COLUMNS else [len(rest)]
        for size in sizes:
            yield from ((total, some) for some in combinations(rest, size))


def _plus(columns: Sequence[Column]) -> str:
    return "(" + " + ".join(identifier(column.id) for column in columns) + ")"


def _across(table: Table, total: Column, parts: Sequence[Column], values: Values) -> Iterator[Equation]:
    columns = [total, *parts]
    names = ", ".join(identifier(column.id) for column in columns)
    missing = " OR ".join(f"{identifier(column.id)} IS NULL" for column in columns)
    some = "" if table.rows <= _MOST_SUMS else f" WHERE {missing}"
    found = table.connection.execute(f"SELECT {_ROW_ID}, {names} FROM whole{some} LIMIT {_MOST_SUMS}").fetchall()
    for row, number, *numbers in found:
        cells = {(row, column.id): value for column, value in zip(parts, numbers, strict=True)}
        yield _equation(cells, ((row, total.id), number), values)
