"""The stream of text rows that every reader gives, and the limits every reader keeps."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from catalog.data.errors import UnreadableFile
from catalog.data.formats.plain import PlainText

MAX_CELL = 1_000_000
"""Longest cell in characters; a longer one is nearly always a quote that was never closed."""
MAX_COLUMNS = 2_000

Row = tuple[int, Sequence[str | None]]
"""Line number in the source (1 is its first line) and the cells as text; `None` and "" both mean no value."""


def _nothing() -> None:
    """Close what holds nothing open."""


@dataclass(frozen=True, kw_only=True)
class RowSource:
    """An opened file: what was found out about it, its header, and its rows as a one-time stream.

    `plain` is the quick way through the same rows, where there is one.
    """

    format: str
    header: tuple[str, ...]
    rows: Iterator[Row]
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    plain: PlainText | None = None
    close: Callable[[], None] = _nothing


def clean_header(cells: Sequence[str | None], line: int) -> tuple[str, ...]:
    """Strip and check header cells; trailing empty ones are dropped.

    Raises UnreadableFile: header_empty, header_blank_cell, header_duplicate, too_many_columns.
    """
    names = [(cell or "").strip().strip("\ufeff\u3000").strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise UnreadableFile("header_empty", line=line)
    if len(names) > MAX_COLUMNS:
        raise UnreadableFile("too_many_columns", found=len(names), limit=MAX_COLUMNS)
    seen: set[str] = set()
    for position, name in enumerate(names, 1):
        if not name:
            raise UnreadableFile("header_blank_cell", line=line, position=position)
        if name in seen:
            raise UnreadableFile("header_duplicate", line=line, name=name)
        seen.add(name)
    return tuple(names)


def is_blank(cells: Sequence[str | None]) -> bool:
    """Say whether a row holds nothing at all."""
    return not any(cell and not cell.isspace() for cell in cells)
