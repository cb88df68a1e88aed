"""Workbooks: which sheet is meant, and its rows."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

from catalog.data.errors import UnreadableFile
from catalog.data.formats.base import Note, Row, RowSource, Wish
from catalog.data.formats.layout import Table, find_table, not_blank
from catalog.data.formats.workbook.grid import Sheet, Workbook
from catalog.data.formats.workbook.ods import open_ods
from catalog.data.formats.workbook.xls import open_xls
from catalog.data.formats.workbook.xlsx import open_xlsx

MAX_UNPACKED = 8 << 30
MAX_RATIO = 200
_OPENERS = {"xlsx": open_xlsx, "ods": open_ods, "xls": open_xls}


def open_workbook(path: Path, kind: str, wish: Wish) -> RowSource:
    """Open a workbook at the sheet that is wished for, or the one that fits the data items.

    Raises UnreadableFile: damaged, encrypted, zip_bomb, workbook_large, file_empty, sheet_unknown, sheet_ambiguous,
    header errors.
    """
    if kind != "xls":
        guard_archive(path)
    book = _OPENERS[kind](path)
    try:
        sheet = _chosen(book, wish)
        notes: list[Note] = []
        table = _table(sheet, wish, notes)
    except BaseException:
        book.close()
        raise
    if len(book.sheets) > 1:
        notes.append(Note("note_sheet", {"sheet": sheet.name, "sheets": len(book.sheets)}))
    return RowSource(
        format=kind,
        sheet=sheet.name,
        header=table.header,
        header_line=table.line,
        rows=_fitted(table, sheet, notes),
        notes=notes,
        counts_days=book.counts_days,
        close=book.close,
    )


def guard_archive(path: Path) -> None:
    """Refuse what unpacks to far more than it should. Raises UnreadableFile: damaged, zip_bomb."""
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile as error:
        raise UnreadableFile("damaged", format="ZIP") from error
    if unpacked > MAX_UNPACKED or unpacked > max(path.stat().st_size, 1 << 16) * MAX_RATIO:
        raise UnreadableFile("zip_bomb", limit=MAX_UNPACKED)


def _chosen(book: Workbook, wish: Wish) -> Sheet:
    if wish.sheet:
        for sheet in book.sheets:
            if sheet.name.strip() == wish.sheet.strip():
                return sheet
        raise UnreadableFile("sheet_unknown", sheet=wish.sheet, sheets=_names(book.sheets))
    able = [sheet for sheet in book.sheets if not sheet.is_hidden and _has_rows(sheet)]
    if not able:
        able = [sheet for sheet in book.sheets if _has_rows(sheet)]
    if not able:
        raise UnreadableFile("file_empty")
    if len(able) == 1 or not wish.known:
        return able[0]
    scores = [_score(sheet, wish) for sheet in able]
    best = [sheet for sheet, score in zip(able, scores, strict=True) if score == max(scores)]
    if len(best) > 1:
        raise UnreadableFile("sheet_ambiguous", sheets=_names(best))
    return best[0]


def _names(sheets: list[Sheet]) -> str:
    return "、".join(sheet.name for sheet in sheets)[:300]


def _has_rows(sheet: Sheet) -> bool:
    return next(not_blank(sheet.rows()), None) is not None


def _score(sheet: Sheet, wish: Wish) -> int:
    try:
        return _table(sheet, wish, []).score
    except UnreadableFile:
        return 0


def _table(sheet: Sheet, wish: Wish, notes: list[Note]) -> Table:
    return find_table(not_blank(sheet.merged.fill(sheet.rows())), wish.known, notes)


def _fitted(table: Table, sheet: Sheet, notes: list[Note]) -> Iterator[Row]:
    # A sheet is a rectangle: what its rows lack on the right is empty, and what is empty there belongs to nobody.
    width = len(table.header)
    for line, cells in table.rows:
        fitted = list(cells)
        while len(fitted) > width and not fitted[-1]:
            fitted.pop()
        if len(fitted) < width:
            fitted.extend([""] * (width - len(fitted)))
        yield line, fitted
    if filled := sheet.merged.filled_below(table.line):
        notes.append(Note("note_merged", {"cells": filled}))
