"""The stream of text rows that every reader gives, and the limits every reader keeps."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from catalog.data.errors import UnreadableFile
from catalog.data.formats.plain import PlainText

MAX_CELL = 1_000_000
"""Longest cell in characters; a longer one is nearly always a quote that was never closed."""
MAX_COLUMNS = 2_000

Row = tuple[int, Sequence[str | None]]
"""Line number in the source (1 is its first line) and the cells as text; `None` and "" both mean no value."""

Known = Mapping[str, str]
"""The declared names, folded, each with the id of its column: what a header is recognized by. Empty for proposals."""


def _nothing() -> None:
    """Close what holds nothing open."""


@dataclass(frozen=True)
class Note:
    """Something the reader did that the officer should know: a stable code and the parameters of its words."""

    code: str
    params: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """A file or sheet of several that were joined: its rows have the lines above `offset`."""

    name: str
    offset: int


@dataclass(frozen=True, kw_only=True)
class RowSource:
    """An opened file: what was found out about it, its header, and its rows as a one-time stream.

    A name of the header is "" where a column has neither name nor values. `plain` is the quick way through the
    same rows, where there is one. `notes` and `parts` are complete when the rows have been read.
    """

    format: str
    header: tuple[str, ...]
    rows: Iterator[Row]
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    plain: PlainText | None = None
    notes: list[Note] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    header_line: int = 1
    """The line of the header, or of the last of its rows."""
    counts_days: bool = False
    """Whether a bare number in a column of dates is the day number of a spreadsheet."""
    close: Callable[[], None] = _nothing


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What the officer knows of the file beforehand: the declared names, and the sheet to take."""

    known: Known = field(default_factory=dict)
    sheet: str = ""


def clean_header(cells: Sequence[str | None], line: int, *, unnamed: Sequence[int] = ()) -> tuple[str, ...]:
    """Strip and check header cells; trailing empty ones are dropped. `unnamed` positions may lack a name.

    Raises UnreadableFile: header_empty, header_blank_cell, header_duplicate, too_many_columns.
    """
    names = [clean_name(cell) for cell in cells]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise UnreadableFile("header_empty", line=line)
    if len(names) > MAX_COLUMNS:
        raise UnreadableFile("too_many_columns", found=len(names), limit=MAX_COLUMNS)
    seen: set[str] = set()
    for position, name in enumerate(names):
        if not name:
            if position in unnamed:
                continue
            raise UnreadableFile("header_blank_cell", line=line, position=position + 1)
        if name in seen:
            raise UnreadableFile("header_duplicate", line=line, name=name)
        seen.add(name)
    return tuple(names)


def clean_name(cell: str | None) -> str:
    """Strip a header cell of blanks, of the star that marks required columns, and of line breaks within."""
    name = (cell or "").strip().strip("\ufeff\u200b\u3000").strip()
    if "\n" in name:
        name = "".join(name.split())
    return name.strip("*＊").strip() or name


def is_blank(cells: Sequence[str | None]) -> bool:
    """Say whether a row holds nothing at all."""
    return not any(cell and not cell.isspace() for cell in cells)
