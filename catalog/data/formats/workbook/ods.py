"""ODS read as a stream: OpenDocument sheets with their repeated and merged cells."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from catalog.data.errors import UnreadableFile
from catalog.data.formats.base import MAX_COLUMNS
from catalog.data.formats.workbook.cells import checked, number_text
from catalog.data.formats.workbook.grid import Cells, Merged, Sheet, Workbook
from catalog.data.formats.xml_stream import feed, safe_parser

MAX_ROWS = 1_048_576
_TIME = re.compile(r"PT(\d+)H(\d+)M(\d+)(?:[.,]\d+)?S")


def open_ods(path: Path) -> Workbook:
    """Open an ODS whose unpacked size was looked at already. Raises UnreadableFile: damaged, xml_entities."""
    archive = zipfile.ZipFile(path)
    try:
        lister = _Reader(-1, Merged())
        for _ in _read(archive, lister):
            pass
    except UnreadableFile:
        archive.close()
        raise
    sheets = []
    for number, (name, style) in enumerate(lister.listed):
        merged = Merged()
        rows = partial(_rows, archive, number, merged)
        sheets.append(Sheet(name=name, is_hidden=style in lister.hidden_styles, rows=rows, merged=merged))
    return Workbook(format="ods", sheets=sheets, close=archive.close)


def _rows(archive: zipfile.ZipFile, number: int, merged: Merged) -> Iterator[Cells]:
    yield from _read(archive, _Reader(number, merged))


def _read(archive: zipfile.ZipFile, reader: _Reader) -> Iterator[Cells]:
    parser = safe_parser()
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.characters
    try:
        with archive.open("content.xml") as stream:
            for _ in feed(parser, stream, lambda: reader.is_over):
                for row, cells, times in reader.rows:
                    for again in range(times):
                        yield row + again, list(cells)
                reader.rows.clear()
    except (KeyError, zipfile.BadZipFile, ValueError, OSError) as error:
        raise UnreadableFile("damaged", format="ODS") from error
    except UnreadableFile as error:
        raise (UnreadableFile("damaged", format="ODS") if error.code == "xml_syntax" else error) from error


class _Reader:
    """Lists the sheets, and gathers the rows of the one that is wanted."""

    def __init__(self, wanted: int, merged: Merged) -> None:
        self.wanted = wanted
        self.merged = merged
        self.listed: list[tuple[str, str]] = []
        self.hidden_styles: set[str] = set()
        self.rows: list[tuple[int, list[str], int]] = []
        self.is_over = False
        self.style = ""
        self.depth = 0
        self.row = 0
        self.row_times = 1
        self.cells: list[str] = []
        self.position = 0
        self.cell: dict[str, str] | None = None
        self.text: list[str] = []
        self.in_note = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Enter a style, a sheet, a row or a cell."""
        if name == "style:style":
            self.style = attributes.get("style:name", "")
        elif name == "style:table-properties" and attributes.get("table:display") == "false":
            self.hidden_styles.add(self.style)
        elif name == "table:table":
            self.depth += 1
            if self.depth == 1:
                self.listed.append((attributes.get("table:name", ""), attributes.get("table:style-name", "")))
                self.row = 0
        elif self.depth == 1 and len(self.listed) - 1 == self.wanted:
            self._enter(name, attributes)

    def _enter(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table:table-row":
            self.row += 1
            self.row_times = int(attributes.get("table:number-rows-repeated", "1"))
            self.cells, self.position = [], 0
        elif name in {"table:table-cell", "table:covered-table-cell"}:
            self.cell = attributes
            self.text.clear()
        elif name == "office:annotation":
            self.in_note += 1
        elif self.cell is not None and not self.in_note:
            self._enter_text(name, attributes)

    def _enter_text(self, name: str, attributes: dict[str, str]) -> None:
        if name == "text:p" and self.text:
            self.text.append("\n")
        elif name == "text:s":
            self.text.append(" " * min(int(attributes.get("text:c", "1")), 1_000))
        elif name == "text:tab":
            self.text.append("\t")
        elif name == "text:line-break":
            self.text.append("\n")

    def end(self, name: str) -> None:
        """Leave a cell, a row or a sheet."""
        if name == "table:table":
            self.depth -= 1
            self.is_over = self.depth == 0 and len(self.listed) - 1 == self.wanted
        elif name == "office:annotation":
            self.in_note = max(0, self.in_note - 1)
        elif self.depth != 1 or len(self.listed) - 1 != self.wanted:
            return
        elif name in {"table:table-cell", "table:covered-table-cell"} and self.cell is not None:
            self._put(self.cell)
            self.cell = None
        elif name == "table:table-row":
            # An empty rest of the sheet is one row repeated a million times.
            if self.cells:
                times = min(self.row_times, MAX_ROWS - self.row + 1)
                self.rows.append((self.row, self.cells, max(times, 0)))
            self.row += self.row_times - 1

    def characters(self, data: str) -> None:
        """Keep the text of cells, not that of comments."""
        if self.cell is not None and not self.in_note:
            self.text.append(data)

    def _put(self, cell: dict[str, str]) -> None:
        times = int(cell.get("table:number-columns-repeated", "1"))
        text = checked(self._value(cell), self.row)
        right = self.position + int(cell.get("table:number-columns-spanned", "1")) - 1
        bottom = self.row + int(cell.get("table:number-rows-spanned", "1")) - 1
        if text:
            if self.position + times > MAX_COLUMNS:
                raise UnreadableFile("too_many_columns", found=self.position + times, limit=MAX_COLUMNS)
            self.cells.extend([""] * (self.position - len(self.cells)))
            self.cells.extend([text] * times)
            self.merged.add(self.row, self.position, bottom, min(right, MAX_COLUMNS))
        self.position += times

    def _value(self, cell: dict[str, str]) -> str:
        kind = cell.get("office:value-type", "")
        if kind in {"float", "percentage", "currency"}:
            return number_text(cell.get("office:value", ""))
        if kind == "date":
            day = cell.get("office:date-value", "").removesuffix("T00:00:00")
            return day.replace("T", " ")
        if kind == "time":
            found = _TIME.match(cell.get("office:time-value", ""))
            return ":".join(f"{int(part):02d}" for part in found.groups()) if found else "".join(self.text).strip()
        if kind == "boolean":
            return cell.get("office:boolean-value", "")
        return cell.get("office:string-value") or "".join(self.text)
