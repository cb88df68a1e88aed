"""Which withheld cells their sums give away: exact elimination, as a reader with the same table could do it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

Cell = tuple[int, str]
"""Row number and column id."""
LARGEST = 300
"""Withheld cells that hang together through sums; of more, only those alone in a sum are told."""


@dataclass(frozen=True, kw_only=True)
class Sum:
    """Withheld cells, each times its factor, that make `rest` together."""

    unknown: dict[Cell, int]
    rest: Fraction


def solve(sums: Sequence[Sum]) -> tuple[dict[Cell, Fraction], bool]:
    """Return the withheld cells whose values follow from the sums, and whether all that hang together were solved."""
    found: dict[Cell, Fraction] = {}
    is_whole = True
    for together in _together(sums):
        told = _one_by_one(together)
        left = _without(together, told)
        cells = {cell for one in left for cell in one.unknown}
        if cells and len(cells) <= LARGEST:
            told |= _eliminated(left)
        elif cells:
            is_whole = False
        found |= told
    return found, is_whole


def _together(sums: Sequence[Sum]) -> Iterable[list[Sum]]:
    """Group the sums that share withheld cells, directly or through others."""
    parent = list(range(len(sums)))

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    first: dict[Cell, int] = {}
    for at, one in enumerate(sums):
        for cell in one.unknown:
            parent[root(at)] = root(first.setdefault(cell, at))
    groups: dict[int, list[Sum]] = defaultdict(list)
    for at, one in enumerate(sums):
        groups[root(at)].append(one)
    return groups.values()


def _without(sums: Iterable[Sum], told: dict[Cell, Fraction]) -> list[Sum]:
    """Put what is told into the sums; those left without a withheld cell are done."""
    left = []
    for one in sums:
        unknown = {cell: factor for cell, factor in one.unknown.items() if cell not in told}
        if unknown:
            paid = sum((factor * told[cell] for cell, factor in one.unknown.items() if cell in told), Fraction(0))
            left.append(Sum(unknown=unknown, rest=one.rest - paid))
    return left


def _one_by_one(sums: Sequence[Sum]) -> dict[Cell, Fraction]:
    """Tell the cells that stand alone in a sum, and those that stand alone once these are told."""
    told: dict[Cell, Fraction] = {}
    left = list(sums)
    while new := {
        cell: one.rest / factor for one in left if len(one.unknown) == 1 for cell, factor in one.unknown.items()
    }:
        told |= new
        left = _without(left, new)
    ones = [one for one in left if _all_ones(one)]
    return told | {cell: Fraction(1) for one in ones for cell in one.unknown}


def _all_ones(one: Sum) -> bool:
    """Say whether the rest is just enough for one person in each withheld cell."""
    return all(factor == 1 for factor in one.unknown.values()) and one.rest == len(one.unknown)


def _eliminated(sums: Sequence[Sum]) -> dict[Cell, Fraction]:
    """Bring the sums into reduced echelon form; a line with one cell left tells it."""
    lines: dict[Cell, tuple[dict[Cell, Fraction], Fraction]] = {}
    for one in sums:
        line, rest = _reduced({cell: Fraction(factor) for cell, factor in one.unknown.items()}, one.rest, lines)
        if not line:
            continue
        pivot = min(line)
        by = line[pivot]
        line, rest = {cell: factor / by for cell, factor in line.items()}, rest / by
        for other, (there, value) in list(lines.items()):
            if factor := there.get(pivot):
                lines[other] = _minus(there, value, line, rest, factor)
        lines[pivot] = (line, rest)
    return {pivot: rest for pivot, (line, rest) in lines.items() if len(line) == 1}


def _reduced(
    line: dict[Cell, Fraction], rest: Fraction, lines: dict[Cell, tuple[dict[Cell, Fraction], Fraction]]
) -> tuple[dict[Cell, Fraction], Fraction]:
    for pivot in [cell for cell in line if cell in lines]:
        there, value = lines[pivot]
        line, rest = _minus(line, rest, there, value, line[pivot])
    return line, rest


def _minus(
    line: dict[Cell, Fraction], rest: Fraction, other: dict[Cell, Fraction], value: Fraction, factor: Fraction
) -> tuple[dict[Cell, Fraction], Fraction]:
    made = dict(line)
    for cell, amount in other.items():
        made[cell] = made.get(cell, Fraction(0)) - factor * amount
        if not made[cell]:
            del made[cell]
    return made, rest - factor * value
