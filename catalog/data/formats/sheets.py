"""Spreadsheets (XLSX, XLS, ODS): the first sheet that holds anything, cells written as the text a person would read."""

from __future__ import annotations

import datetime
import zipfile
from collections.abc import Iterator
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from catalog.data.errors import UnreadableFile
from catalog.data.formats.base import MAX_CELL, Row, RowSource, clean_header, is_blank

MAX_UNPACKED = 2 << 30
MAX_RATIO = 200
_SMALL = 1e-4
_EXACT = 10**15
"""Spreadsheets keep 15 digits: a longer number in a cell has lost its end, and is shown in scientific notation."""


def open_sheet(path: Path, kind: str) -> RowSource:
    """Open a workbook. Raises UnreadableFile: damaged, zip_bomb, file_empty, header errors."""
    if kind in {"xlsx", "ods"}:
        _guard_archive(path)
    try:
        workbook = CalamineWorkbook.from_path(str(path))
        sheets = [(name, workbook.get_sheet_by_name(name)) for name in workbook.sheet_names]
    except (CalamineError, OSError, ValueError) as error:
        raise UnreadableFile("damaged", format=kind) from error
    for name, sheet in sheets:
        if sheet.total_height and sheet.total_width:
            return _source(sheet, name, kind)
    raise UnreadableFile("file_empty")


def _source(sheet: CalamineSheet, name: str, kind: str) -> RowSource:
    rows = _text_rows(sheet)
    for line, cells in rows:
        header = clean_header(cells, line)
        return RowSource(format=kind, sheet=name, header=header, rows=_fitted(rows, len(header)))
    raise UnreadableFile("file_empty")


def _text_rows(sheet: CalamineSheet) -> Iterator[tuple[int, list[str]]]:
    first = sheet.start[0] if sheet.start else 0
    for offset, values in enumerate(sheet.iter_rows()):
        cells = [cell_text(value) for value in values]
        if not is_blank(cells):
            yield first + offset + 1, cells


def _fitted(rows: Iterator[tuple[int, list[str]]], width: int) -> Iterator[Row]:
    # A sheet is a rectangle: cells to the right of the header that are empty belong to nobody.
    for line, cells in rows:
        while len(cells) > width and not cells[-1]:
            cells.pop()
        yield line, cells


def cell_text(value: object) -> str:
    """Write a cell as text without losing or inventing digits."""
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        if len(value) > MAX_CELL:
            raise UnreadableFile("cell_too_long", line=0, limit=MAX_CELL)
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number_text(value)
    if isinstance(value, datetime.datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value)


def _number_text(value: float) -> str:
    if abs(value) >= _EXACT:
        return f"{value:.5E}"
    if isinstance(value, int) or value.is_integer():
        return str(int(value))
    return repr(value) if abs(value) >= _SMALL else f"{value:.15f}".rstrip("0")


def _guard_archive(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile as error:
        raise UnreadableFile("damaged", format="zip") from error
    if unpacked > MAX_UNPACKED or unpacked > max(path.stat().st_size, 1 << 16) * MAX_RATIO:
        raise UnreadableFile("zip_bomb", limit=MAX_UNPACKED)
