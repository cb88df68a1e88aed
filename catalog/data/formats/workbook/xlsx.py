"""XLSX read as a stream: a sheet of a million rows takes no more memory than one of a hundred."""

from __future__ import annotations

import re
import zipfile
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO
from xml.parsers import expat

from catalog.data.errors import UnreadableFile
from catalog.data.formats.base import MAX_COLUMNS
from catalog.data.formats.workbook.cells import BUILTIN_DATES, checked, is_date_format, number_text, serial_text
from catalog.data.formats.workbook.grid import Cells, Merged, Sheet, Workbook
from catalog.data.formats.xml_stream import feed, local_name, safe_parser

MAX_STRINGS = 600 << 20
"""Bytes of different texts a workbook may hold; they are kept in memory while its rows are read."""
_MERGE = re.compile(rb'mergeCell\s[^>]*?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_OVERLAP = 200
_TEXTS = frozenset({"v", "t"})
_BLOCK = 1 << 20


Start = Callable[[str, dict[str, str]], object]


@dataclass
class Strings:
    """The texts of a workbook, packed: as Python objects they would take several times the room."""

    packed: bytearray = field(default_factory=bytearray)
    ends: array[int] = field(default_factory=lambda: array("Q", [0]))

    def add(self, text: str) -> None:
        """Add the next text. Raises UnreadableFile: workbook_large."""
        self.packed += text.encode("utf-8", "surrogatepass")
        if len(self.packed) > MAX_STRINGS:
            raise UnreadableFile("workbook_large")
        self.ends.append(len(self.packed))

    def __getitem__(self, number: int) -> str:
        return self.packed[self.ends[number] : self.ends[number + 1]].decode("utf-8", "replace")


@dataclass(frozen=True)
class _Book:
    """What the rows of every sheet need."""

    archive: zipfile.ZipFile
    strings: Strings
    date_styles: frozenset[str]
    is_1904: bool


def open_xlsx(path: Path) -> Workbook:
    """Open an XLSX whose unpacked size was looked at. Raises UnreadableFile: damaged, workbook_large, xml_entities."""
    archive = zipfile.ZipFile(path)
    try:
        targets = _targets(archive)
        listed, is_1904 = _listed(archive)
        book = _Book(archive, _strings(archive), _date_styles(archive), is_1904)
        sheets = [
            _sheet(book, name, targets[link], is_hidden=hidden) for name, link, hidden in listed if link in targets
        ]
    except (KeyError, zipfile.BadZipFile, OSError, ValueError) as error:
        archive.close()
        raise UnreadableFile("damaged", format="XLSX") from error
    except UnreadableFile as error:
        archive.close()
        # Well-formed or not is no use to somebody who sees a workbook: it is damaged.
        raise (UnreadableFile("damaged", format="XLSX") if error.code == "xml_syntax" else error) from error
    return Workbook(format="xlsx", sheets=sheets, close=archive.close, counts_days=not is_1904)


def _sheet(book: _Book, name: str, part: str, *, is_hidden: bool) -> Sheet:
    with book.archive.open(part) as stream:
        merged = _merged(stream)
    return Sheet(name=name, is_hidden=is_hidden, rows=partial(_rows, book, part), merged=merged)


def _targets(archive: zipfile.ZipFile) -> dict[str, str]:
    """Give the part of each relation of the workbook."""
    found: dict[str, str] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        if local_name(name) == "Relationship" and attributes.get("Type", "").endswith("/worksheet"):
            target = attributes["Target"]
            part = target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)
            found[attributes["Id"]] = part

    _parse(archive, "xl/_rels/workbook.xml.rels", start)
    return found


def _listed(archive: zipfile.ZipFile) -> tuple[list[tuple[str, str, bool]], bool]:
    """Give name, relation and "hidden" of each sheet, and whether days count from 1904."""
    listed: list[tuple[str, str, bool]] = []
    from_1904: list[bool] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if local_name(name) == "sheet":
            link = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            listed.append((attributes.get("name", ""), link, attributes.get("state", "visible") != "visible"))
        elif local_name(name) == "workbookPr":
            from_1904.append(attributes.get("date1904", "0") in {"1", "true"})

    _parse(archive, "xl/workbook.xml", start)
    return listed, any(from_1904)


def _date_styles(archive: zipfile.ZipFile) -> frozenset[str]:
    """Give the numbers of the cell styles that show dates."""
    codes: dict[str, str] = {}
    styles: list[str] = []
    inside: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        name = local_name(name)
        inside.append(name)
        if name == "numFmt":
            codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name == "xf" and "cellXfs" in inside:
            styles.append(attributes.get("numFmtId", "0"))

    if "xl/styles.xml" not in archive.namelist():
        return frozenset()
    _parse(archive, "xl/styles.xml", start, lambda _: inside.pop())
    return frozenset(
        str(number)
        for number, code in enumerate(styles)
        if (is_date_format(codes[code]) if code in codes else code.isdigit() and int(code) in BUILTIN_DATES)
    )


def _parse(
    archive: zipfile.ZipFile,
    part: str,
    start: Start,
    end: Callable[[str], object] | None = None,
    characters: Callable[[str], object] | None = None,
) -> None:
    parser = safe_parser()
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, characters
    with archive.open(part) as stream:
        for _ in feed(parser, stream, lambda: False):
            pass


class _StringHandlers:
    """Handlers that gather the shared texts; how a text is read aloud (rPh) is no part of it."""

    def __init__(self) -> None:
        self.strings = Strings()
        self.text: list[str] = []
        self.is_text = self.is_phonetic = False

    def start(self, name: str, _: dict[str, str]) -> None:
        """Enter a text."""
        name = local_name(name)
        if name == "si":
            self.text.clear()
        elif name == "rPh":
            self.is_phonetic = True
        elif name == "t":
            self.is_text = not self.is_phonetic

    def end(self, name: str) -> None:
        """Leave a text."""
        name = local_name(name)
        if name == "si":
            self.strings.add(checked("".join(self.text)))
        elif name == "rPh":
            self.is_phonetic = False
        elif name == "t":
            self.is_text = False

    def characters(self, data: str) -> None:
        """Keep what belongs to a text."""
        if self.is_text:
            self.text.append(data)


def _strings(archive: zipfile.ZipFile) -> Strings:
    handlers = _StringHandlers()
    if "xl/sharedStrings.xml" in archive.namelist():
        _parse(archive, "xl/sharedStrings.xml", handlers.start, handlers.end, handlers.characters)
    return handlers.strings


def _merged(stream: IO[bytes]) -> Merged:
    """Find the merged ranges, which stand behind the rows in the file, without reading the rows."""
    merged = Merged()
    seen, rest = False, b""
    while block := stream.read(_BLOCK):
        window = rest + block
        seen = seen or b"mergeCell" in window
        last = 0
        if seen:
            for found in _MERGE.finditer(window):
                left, top, right, bottom = found.groups()
                merged.add(int(top), column_of(left.decode()), int(bottom), column_of(right.decode()))
                last = found.end()
        rest = window[max(last, len(window) - _OVERLAP) :]
    return merged


def column_of(letters: str) -> int:
    """Give the position of a column by its letters; A is 0."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


class _Rows:
    """Handlers that gather the rows of one sheet. Written for speed: these run for every cell."""

    def __init__(self, book: _Book) -> None:
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


def _rows(book: _Book, part: str) -> Iterator[Cells]:
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
