"""The rows of one sheet of an XLSX, read as a stream."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from xml.parsers import expat

from catalog.data.errors import UnreadableFile
from catalog.data.formats.base import MAX_COLUMNS
from catalog.data.formats.workbook.cells import checked, number_text, serial_text
from catalog.data.formats.workbook.grid import Cells
from catalog.data.formats.workbook.xlsx.merges import column_of
from catalog.data.formats.workbook.xlsx.strings import Strings
from catalog.data.formats.xml_stream import feed, local_name, safe_parser

_TEXTS = frozenset({"v", "t"})


@dataclass(frozen=True)
class Book:
    """What the rows of every sheet need."""

    archive: zipfile.ZipFile
    strings: Strings
    date_styles: frozenset[str]
    is_1904: bool


class _Rows:
    """Handlers that gather the rows of one sheet. Written for speed: these run for every cell."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.rows: list[Cells] = []
        self.cells: list[str] = []
        self.row = 0
        self.kind = self.style = ""
        self.position = -1
        self.has_formula = False
        self.wanted = False
        self.text: list[str] = []
        self.columns: dict[str, int] = {}
        self.prefix: str | None = None
        self.names: dict[str, str] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Enter a row, a cell or its value."""
        name = self.names.get(name) or self.names.setdefault(name, local_name(name))
        if name == "c":
            self.kind = attributes.get("t", "n")
            self.style = attributes.get("s", "")
            self.position = self._place(attributes.get("r"))
            self.has_formula = False
            self.text.clear()
        elif name in _TEXTS:
            self.wanted = True
        elif name == "row":
            number = attributes.get("r")
            self.row = int(number) if number else self.row + 1
            self.cells = []
            self.position = -1
        elif name == "f":
            self.has_formula = True
        elif name == "rPh":
            self.kind = "phonetic"

    def end(self, name: str) -> None:
        """Leave a value, a cell or a row."""
        name = self.names.get(name) or local_name(name)
        if name in _TEXTS:
            self.wanted = False
        elif name == "c":
            if self.text or self.has_formula:
                self._put(self._value("".join(self.text)))
        elif name == "row":
            self.rows.append((self.row, self.cells))

    def characters(self, data: str) -> None:
        """Keep the text of values."""
        if self.wanted and self.kind != "phonetic":
            self.text.append(data)

    def _place(self, reference: str | None) -> int:
        if not reference:
            return self.position + 1
        letters = reference.rstrip("0123456789")
        known = self.columns.get(letters)
        if known is None:
            known = self.columns[letters] = column_of(letters)
        return known

    def _value(self, raw: str) -> str:
        kind = self.kind
        if kind == "s":
            return self.book.strings[int(raw)] if raw else ""
        if kind == "n":
            if not raw:
                # Written by a program that calculates nothing: the sheet has a formula and no value.
                raise UnreadableFile("formula_without_value", line=self.row)
            if self.style in self.book.date_styles:
                return serial_text(raw, is_1904=self.book.is_1904)
            return number_text(raw)
        if kind == "b":
            return "true" if raw == "1" else "false"
        return checked(raw.replace("T00:00:00", "") if kind == "d" else raw, self.row)

    def _put(self, text: str) -> None:
        if not text:
            return
        missing = self.position - len(self.cells)
        if missing >= 0:
            if self.position >= MAX_COLUMNS:
                raise UnreadableFile("too_many_columns", found=self.position + 1, limit=MAX_COLUMNS)
            self.cells.extend([""] * missing)
            self.cells.append(text)
        else:
            self.cells[self.position] = text


def sheet_rows(book: Book, part: str) -> Iterator[Cells]:
    """Give the rows of the sheet in that part, as they are read. Raises UnreadableFile."""
    reader = _Rows(book)
    parser: expat.XMLParserType = safe_parser()
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.characters
    try:
        with book.archive.open(part) as stream:
            for _ in feed(parser, stream, lambda: False):
                yield from reader.rows
                reader.rows.clear()
    except (zipfile.BadZipFile, IndexError, ValueError, OSError) as error:
        raise UnreadableFile("damaged", format="XLSX") from error
