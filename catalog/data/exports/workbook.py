"""XLSX: one sheet, written row by row; identifiers stay texts, numbers that Excel would shorten too."""

from __future__ import annotations

import datetime
import math
import tempfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from catalog.data.engines import Engine, Query
from catalog.data.errors import ExportTooLarge
from catalog.data.exports.values import decimal_text, guarded
from catalog.data.store import blocks

MAX_ROWS = 1_048_575
"""Rows a sheet holds below its header."""
MAX_CELL = 32_767
_DIGITS = 15
_OLDEST = datetime.date(1900, 3, 1)
"""Before this day the calendars of spreadsheets disagree; older dates are written as texts."""


def xlsx_file(engine: Engine, query: Query) -> Iterator[bytes]:
    """Write a workbook to a temporary place, then stream it. Raises ExportTooLarge beyond 1,048,575 rows."""
    with tempfile.TemporaryDirectory(prefix="songhua-export-") as folder:
        path = Path(folder) / "export.xlsx"
        options = {"constant_memory": True, "tmpdir": folder, "strings_to_formulas": False, "strings_to_urls": False}
        with Workbook(str(path), options) as book:
            _fill(book, engine, query)
        with path.open("rb") as stream:
            yield from blocks(stream)


def _fill(book: Workbook, engine: Engine, query: Query) -> None:
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True})
    formats: dict[type, Format] = {
        datetime.date: book.add_format({"num_format": "yyyy-mm-dd"}),
        datetime.datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
    }
    for position, field in enumerate(query.fields):
        sheet.write_string(0, position, guarded(field.name), bold)
    sheet.freeze_panes(1, 0)
    line = 0
    for batch in engine.batches(query):
        if line + batch.num_rows > MAX_ROWS:
            raise ExportTooLarge("export_rows", limit=MAX_ROWS, format="xlsx")
        columns = [column.to_pylist() for column in batch.columns]
        for cells in zip(*columns, strict=True):
            line += 1
            for position, value in enumerate(cells):
                if value is not None:
                    _write(sheet, line, position, value, formats)


def _write(sheet: Worksheet, line: int, position: int, value: object, formats: dict[type, Format]) -> None:
    if isinstance(value, str):
        sheet.write_string(line, position, guarded(value)[:MAX_CELL])
    elif isinstance(value, bool):
        sheet.write_boolean(line, position, value)
    elif isinstance(value, int | float | Decimal):
        _write_number(sheet, line, position, value)
    elif isinstance(value, datetime.datetime):
        if value.date() < _OLDEST:
            sheet.write_string(line, position, value.isoformat(sep=" "))
        else:
            sheet.write_datetime(line, position, value, formats[datetime.datetime])
    elif isinstance(value, datetime.date):
        if value < _OLDEST:
            sheet.write_string(line, position, value.isoformat())
        else:
            sheet.write_datetime(line, position, value, formats[datetime.date])


def _write_number(sheet: Worksheet, line: int, position: int, value: float | Decimal) -> None:
    text = decimal_text(value) if isinstance(value, Decimal) else repr(value)
    digits = sum(letter.isdigit() for letter in text.strip("-0."))
    if isinstance(value, float):
        if math.isfinite(value):
            sheet.write_number(line, position, value)
    elif digits > _DIGITS:
        sheet.write_string(line, position, text)
    else:
        sheet.write_number(line, position, value)
