"""Looks for small numbers in a table of aggregates: those that stand there, and those that can be computed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from fractions import Fraction

import duckdb

from catalog.data.duck import identifier
from catalog.data.privacy.anonymity import Planned
from catalog.data.privacy.delivered import HIDING, delivered_sql
from catalog.data.privacy.roles import PEOPLE
from catalog.data.privacy.suppression.solving import Cell, Sum, solve
from catalog.data.privacy.suppression.sums import MOST_VALUES, Equation, Table, Values, sums_of
from catalog.data.schema import Column, ItemType

SMALL = 10
"""A number of people below this may point at one of them (data-plane.md §6, rule 4)."""
_DIMENSIONS = frozenset(
    {ItemType.STRING, ItemType.MEMO, ItemType.INTEGER, ItemType.DATE, ItemType.DATETIME, ItemType.BOOLEAN}
)
_ROUNDS, _MOST_PROPOSED = 20, 200


@dataclass(frozen=True, kw_only=True)
class Suppression:
    """Small numbers by column name: `small` stand in so many rows, `computed` are withheld in vain in so many.

    `also` names numbers (row, column name) that would hide these if they were withheld too. Not `is_whole`: so many
    withheld numbers hang together that only those alone in a sum were looked for.
    """

    small: Mapping[str, int]
    withheld: int = 0
    computed: Mapping[str, int]
    also: tuple[tuple[int, str], ...] = ()
    is_whole: bool = True


def check_suppression(
    connection: duckdb.DuckDBPyConnection,
    planned: Planned,
    roles: Mapping[str, str],
    *,
    rows: int,
    distinct: Mapping[str, int] | None = None,
) -> Suppression | None:
    """Check the view `whole` as a plan delivers it; None where no column of numbers of people is delivered.

    A column with very many different values sets no numbers beside each other; `distinct` spares looking, by name.
    """
    people = [c for c, item in planned if item.op == "pass" and c.type.is_number and roles.get(c.name) == PEOPLE]
    if not people:
        return None
    small, missing = _counted(connection, people)
    withheld = sum(missing.values())
    if not withheld:
        return Suppression(small=small, computed={})
    other = {
        column.id: f"CAST({delivered_sql(column, item)} AS VARCHAR)"
        for column, item in planned
        if column not in people and item.op not in HIDING and column.type in _DIMENSIONS
        if item.op != "pass" or (distinct or {}).get(column.name, 0) <= MOST_VALUES
    }
    equations, values = sums_of(Table(connection=connection, people=people, other=other, rows=rows))
    told, is_whole = _told(equations, values, set())
    names = {column.id: column.name for column in people}
    computed: dict[str, int] = {}
    for _row, column in _leaks(told):
        computed[names[column]] = computed.get(names[column], 0) + 1
    also = tuple((row, names[column]) for row, column in _proposed(equations, values, told))
    return Suppression(small=small, withheld=withheld, computed=computed, also=also, is_whole=is_whole)


def _counted(connection: duckdb.DuckDBPyConnection, people: Sequence[Column]) -> tuple[dict[str, int], dict[str, int]]:
    parts = ", ".join(
        f"count(*) FILTER ({name} BETWEEN 1 AND {SMALL - 1}), count(*) - count({name})"
        for name in (identifier(column.id) for column in people)
    )
    row = connection.execute(f"SELECT {parts} FROM whole").fetchall()[0]
    small = {column.name: count for column, count in zip(people, row[::2], strict=True) if count}
    return small, {column.name: count for column, count in zip(people, row[1::2], strict=True) if count}


def _told(equations: Sequence[Equation], values: Values, also: set[Cell]) -> tuple[dict[Cell, Fraction], bool]:
    """Return the withheld numbers that the sums tell when the numbers of `also` are withheld as well."""
    hidden = {cell for cell, value in values.items() if value is None} | also
    sums = []
    for one in equations:
        unknown = {cell: factor for cell, factor in one.factors.items() if cell in hidden}
        if unknown:
            known = ((factor, values[cell]) for cell, factor in one.factors.items() if cell not in hidden)
            sums.append(Sum(unknown=unknown, rest=-sum((f * v for f, v in known if v is not None), Fraction(0))))
    return solve(sums)


def _leaks(told: Mapping[Cell, Fraction], also: Set[Cell] = frozenset()) -> list[Cell]:
    return sorted(cell for cell, value in told.items() if 0 < value < SMALL and cell not in also)


def _proposed(equations: Sequence[Equation], values: Values, told: Mapping[Cell, Fraction]) -> list[Cell]:
    """Find numbers, the smallest first, that must be withheld too until nothing small is told; maybe not the fewest."""
    also: set[Cell] = set()
    for _round in range(_ROUNDS):
        leaks = _leaks(told, also)
        if not leaks or len(also) > _MOST_PROPOSED:
            break
        # Where nothing is left beside a leak, it is told by way of others that are told.
        new = _beside(leaks, equations, values, also) or _beside(list(told), equations, values, also)
        if not new:
            break
        also |= new
        told, _is_whole = _told(equations, values, also)
    return sorted(also)


def _beside(cells: Sequence[Cell], equations: Sequence[Equation], values: Values, also: set[Cell]) -> set[Cell]:
    """Choose, for each cell, the smallest number that stands in a sum with it."""
    hidden = {cell for cell, value in values.items() if value is None} | also
    places: dict[Cell, list[Equation]] = {cell: [] for cell in cells}
    for one in equations:
        for cell in one.factors.keys() & places.keys():
            places[cell].append(one)
    chosen = set()
    for sums in places.values():
        for one in sorted(sums, key=lambda one: len(one.factors.keys() & hidden)):
            parts = (cell for cell, factor in one.factors.items() if factor == 1 and cell not in hidden)
            if shown := [(value, cell) for cell in parts if (value := values[cell])]:
                chosen.add(min(shown)[1])
                break
    return chosen
