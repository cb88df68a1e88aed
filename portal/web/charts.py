"""Geometry of small server-drawn charts: numbers in, SVG attributes out, no style and no script."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from portal.web.numbers import as_number

BAR_HEIGHT = 22
BAR_STEP = 32
BAR_SPAN = 560
COLUMN_SPAN = 600
COLUMN_HEIGHT = 160


@dataclass(frozen=True)
class Mark:
    """One bar: its rectangle in the chart's own units, its label and its value."""

    label: str
    value: object
    x: int
    y: int
    width: int
    height: int

    @property
    def middle(self) -> int:
        """The height of the text baseline beside a horizontal bar."""
        return self.y + self.height - 6


@dataclass(frozen=True)
class Chart:
    """A chart's marks and the size of its view box."""

    marks: tuple[Mark, ...]
    width: int
    height: int

    @property
    def floor(self) -> int:
        """Where the base line of a column chart lies."""
        return self.height - 1


def bars(rows: Iterable[Any]) -> Chart:
    """Lay out horizontal bars, one row of 32 units each, the longest 560 units wide."""
    pairs = [_pair(row) for row in rows]
    top = max((abs(number) for _, _, number in pairs), default=0) or 1
    marks = tuple(
        Mark(label, value, 0, index * BAR_STEP + 4, max(2, round(BAR_SPAN * abs(number) / top)), BAR_HEIGHT)
        for index, (label, value, number) in enumerate(pairs)
    )
    return Chart(marks, BAR_SPAN, len(pairs) * BAR_STEP + 4)


def columns(rows: Iterable[Any]) -> Chart:
    """Lay out vertical bars side by side in 600 × 160 units."""
    pairs = [_pair(row) for row in rows]
    top = max((abs(number) for _, _, number in pairs), default=0) or 1
    step = COLUMN_SPAN / max(len(pairs), 1)
    marks = []
    for index, (label, value, number) in enumerate(pairs):
        height = max(1, round((COLUMN_HEIGHT - 8) * abs(number) / top))
        left = round(index * step) + 1
        marks.append(Mark(label, value, left, COLUMN_HEIGHT - height, max(1, round(step) - 2), height))
    return Chart(tuple(marks), COLUMN_SPAN, COLUMN_HEIGHT)


def _pair(row: Any) -> tuple[str, object, float]:
    if isinstance(row, dict):
        label, value = row.get("label", ""), row.get("value", 0)
    elif isinstance(row, tuple | list):
        label, value = row[0], row[1]
    else:
        label, value = getattr(row, "label", ""), getattr(row, "value", 0)
    number = as_number(value)
    return str(label), value, float(number) if number is not None else 0.0


@dataclass(frozen=True)
class Line:
    """A line over points at even steps: its path and marks in the chart's own units."""

    path: str
    marks: tuple[Mark, ...]
    width: int
    height: int


def line(rows: Iterable[Any], *, low: float, high: float) -> Line:
    """Lay out a line from ``low`` at the bottom to ``high`` at the top in 600 × 160 units; rows are (label, value)."""
    pairs = [_pair(row) for row in rows]
    step = COLUMN_SPAN / max(len(pairs) - 1, 1)
    room = COLUMN_HEIGHT - 16
    marks = []
    for index, (label, value, number) in enumerate(pairs):
        share = (min(max(number, low), high) - low) / (high - low)
        marks.append(Mark(label, value, round(index * step), round(8 + room * (1 - share)), 0, 0))
    path = " ".join(f"{mark.x},{mark.y}" for mark in marks)
    return Line(path, tuple(marks), COLUMN_SPAN, COLUMN_HEIGHT)
