"""What every workbook reader gives: sheets with their rows, merged cells filled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

MAX_MERGED = 200_000
EARLY = 1_000

Cells = tuple[int, list[str]]
"""Number of the row in the sheet (1 is the first) and its cells."""


@dataclass
class Merged:
    """The merged ranges of a sheet; a value stands for every cell of its range."""

    starts: dict[int, list[tuple[int, int, int]]] = field(default_factory=dict)
    """Row → (first column, last column, last row) of the ranges that begin there."""
    early: Counter[int] = field(default_factory=Counter)
    """How many cells were filled in each of the first rows, among which the header is found later."""
    late: int = 0

    def add(self, top: int, left: int, bottom: int, right: int) -> None:
        """Add a range; rows from 1, columns from 0."""
        if len(self.starts) < MAX_MERGED and (bottom > top or right > left):
            self.starts.setdefault(top, []).append((left, right, bottom))

    def filled_below(self, row: int) -> int:
        """Give how many cells were filled below a row."""
        return self.late + sum(count for number, count in self.early.items() if number > row)

    def fill(self, rows: Iterator[Cells]) -> Iterator[Cells]:
        """Write the value of each range into its other cells."""
        open_ranges: list[tuple[int, int, int, str]] = []
        self.early.clear()
        self.late = 0
        for row, cells in rows:
            open_ranges = [kept for kept in open_ranges if kept[2] >= row]
            for left, right, bottom in self.starts.get(row, ()):
                text = cells[left] if left < len(cells) else ""
                if text:
                    open_ranges.append((left, right, bottom, text))
            filled = sum(_spread(cells, left, right, text) for left, right, _, text in open_ranges)
            if filled and row <= EARLY:
                self.early[row] += filled
            else:
                self.late += filled
            yield row, cells


def _spread(cells: list[str], left: int, right: int, text: str) -> int:
    cells.extend([""] * (right + 1 - len(cells)))
    empty = [position for position in range(left, right + 1) if not cells[position]]
    for position in empty:
        cells[position] = text
    return len(empty)


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One sheet: `rows` begins anew at each call; the merged cells are known beforehand or on the way."""

    name: str
    is_hidden: bool
    rows: Callable[[], Iterator[Cells]]
    merged: Merged


@dataclass(frozen=True, kw_only=True)
class Workbook:
    """An opened workbook."""

    format: str
    sheets: list[Sheet]
    close: Callable[[], None]
    counts_days: bool = True
    """Whether a bare number in a column of dates is a day number of the sheet."""
