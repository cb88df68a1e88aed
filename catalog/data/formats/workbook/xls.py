"""XLS: the old binary workbooks, at most 65,536 rows a sheet, read whole by calamine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from catalog.data.errors import UnreadableFile
from catalog.data.formats.workbook.cells import cell_text
from catalog.data.formats.workbook.grid import Cells, Merged, Sheet, Workbook


def _nothing() -> None:
    """Close what calamine closed itself."""


def open_xls(path: Path) -> Workbook:
    """Open an XLS. Raises UnreadableFile: damaged, encrypted."""
    try:
        book = CalamineWorkbook.from_path(str(path))
        sheets = [
            _sheet(book.get_sheet_by_name(meta.name), meta.name, is_hidden=meta.visible != SheetVisibleEnum.Visible)
            for meta in book.sheets_metadata
            if meta.typ == SheetTypeEnum.WorkSheet
        ]
    except (CalamineError, OSError, ValueError) as error:
        raise UnreadableFile("encrypted" if "assword" in str(error) else "damaged", format="XLS") from error
    return Workbook(format="xls", sheets=sheets, close=_nothing)


def _sheet(sheet: CalamineSheet, name: str, *, is_hidden: bool) -> Sheet:
    merged = Merged()
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        merged.add(top + 1, left, bottom + 1, right)
    rows: Callable[[], Iterator[Cells]] = partial(_rows, sheet)
    return Sheet(name=name, is_hidden=is_hidden, rows=rows, merged=merged)


def _rows(sheet: CalamineSheet) -> Iterator[Cells]:
    # calamine gives the rows from the top of the sheet on, but the cells from the first column that holds anything.
    before = [""] * (sheet.start or (0, 0))[1]
    for row, values in enumerate(sheet.iter_rows(), 1):
        yield row, before + [cell_text(value) for value in values]
