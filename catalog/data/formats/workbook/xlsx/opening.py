"""Opens an XLSX: its sheets with their names, each read when its rows are asked for."""

from __future__ import annotations

import zipfile
from functools import partial
from pathlib import Path

from catalog.data.errors import UnreadableFile
from catalog.data.formats.workbook.grid import Sheet, Workbook
from catalog.data.formats.workbook.xlsx.merges import merged_ranges
from catalog.data.formats.workbook.xlsx.parts import date_styles, listed_sheets, sheet_parts
from catalog.data.formats.workbook.xlsx.rows import Book, sheet_rows
from catalog.data.formats.workbook.xlsx.strings import read_strings


def open_xlsx(path: Path) -> Workbook:
    """Open an XLSX whose unpacked size was looked at. Raises UnreadableFile: damaged, workbook_large, xml_entities."""
    archive = zipfile.ZipFile(path)
    try:
        targets = sheet_parts(archive)
        listed, is_1904 = listed_sheets(archive)
        book = Book(archive, read_strings(archive), date_styles(archive), is_1904)
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


def _sheet(book: Book, name: str, part: str, *, is_hidden: bool) -> Sheet:
    with book.archive.open(part) as stream:
        merged = merged_ranges(stream)
    return Sheet(name=name, is_hidden=is_hidden, rows=partial(sheet_rows, book, part), merged=merged)
