"""The file as somebody handed it in, with what was refused marked in it; in constant memory but for small workbooks."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import xlsxwriter
from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from catalog.data.formats import RowSource, Wish, open_rows
from catalog.data.formats.delimited import records
from catalog.data.ingest.headers import known_names, map_header
from catalog.data.schema import Column

WHOLE_BYTES = 4 << 20
"""A workbook up to this size is opened whole and keeps its looks; a larger one is written anew, row by row."""
MAX_COMMENTS = 2_000
_SHOWN = 5_000
_COLOR = "FFC7CE"
_FORMULA = re.compile(r"[=@\t\r]|[-+](?![\d.,]+$)")

Problems = list[tuple[str, str | None, str]]
"""Of one row: the refused columns, with value and reason."""


def _nobody(_line: int) -> None:
    """Show the progress to nobody."""


@dataclass(frozen=True, kw_only=True)
class Marking:
    """What marking needs beside the file: the declared columns, where all rejects lie, and the words of the reader."""

    columns: Sequence[Column]
    rejects: Path
    words: Callable[[str], str]
    """Says a reason code."""
    titles: tuple[str, str, str, str]
    """Line, data item, value, and the title of the column that explains."""
    progress: Callable[[int], None] = _nobody
    """Takes the line that is reached, every few thousand lines."""

    def reached(self, line: int) -> None:
        """Show how far it is."""
        if line % _SHOWN == 0:
            self.progress(line)


def mark(source: Path, filename: str, sheet: str, target: Path, marking: Marking) -> str:
    """Write the marked file to `target`; give its extension.

    CSV keeps encoding and delimiter, a workbook its sheet and lines; other formats give a CSV of line, item, value
    and reason. Every cell that a spreadsheet would calculate is disarmed. Raises UnreadableFile, OSError.
    """
    wish = Wish(known=known_names(marking.columns), sheet=sheet)
    with open_rows(source, filename, wish) as opened:
        if opened.format in {"csv", "tsv"} and not _is_packed(source):
            _mark_text(source, opened, target, marking)
            return f".{opened.format}"
        if opened.format == "xlsx" and source.stat().st_size <= WHOLE_BYTES:
            _mark_workbook(source, opened, target, marking)
            return ".xlsx"
        if opened.sheet is not None:
            _write_workbook(opened, target, marking)
            return ".xlsx"
    _list(target, marking)
    return ".csv"


def _is_packed(source: Path) -> bool:
    with source.open("rb") as stream:
        return stream.read(2) == b"\x1f\x8b"


def disarmed(text: str | None) -> str:
    """Put an apostrophe before what a spreadsheet would calculate; the ingest takes it off again."""
    return f"'{text}" if text and _FORMULA.match(text) else text or ""


def _problems(rejects: Path) -> Iterator[tuple[int, Problems]]:
    """Give the refused rows in the order of their lines; the file is sorted by line."""

    def rows() -> Iterator[tuple[int, str, str | None, str]]:
        with pq.ParquetFile(rejects) as file:
            for batch in file.iter_batches(batch_size=10_000):
                for row in batch.to_pylist():
                    yield row["line"], row["col"], row["value"], row["code"]

    for line, found in groupby(rows(), key=lambda row: row[0]):
        yield line, [(column, value, code) for _, column, value, code in found]


class _Explained:
    """The explanations of rows asked for in ascending order."""

    def __init__(self, marking: Marking) -> None:
        self.marking = marking
        self.titles = {column.name: column.title or column.name for column in marking.columns}
        self.left = _problems(marking.rejects)
        self.next: tuple[int, Problems] | None = next(self.left, None)

    def at(self, line: int) -> Problems:
        """Give the problems of a line; lines before it are passed over."""
        while self.next is not None and self.next[0] < line:
            self.next = next(self.left, None)
        return self.next[1] if self.next is not None and self.next[0] == line else []

    def text(self, problems: Problems) -> str:
        """Say the problems of one row."""
        return "；".join(self.one(column, code) for column, _, code in problems)

    def one(self, column: str, code: str) -> str:
        """Say one problem with the title of its item."""
        title = self.titles.get(column, column)
        return f"【{title}】{self.marking.words(code)}" if title else self.marking.words(code)


def _mark_text(source: Path, opened: RowSource, target: Path, marking: Marking) -> None:
    explained, width = _Explained(marking), len(opened.header)
    encoding = opened.encoding or "utf-8"
    with source.open("rb") as raw:
        has_mark = raw.read(3) == b"\xef\xbb\xbf"
    delimiter = opened.delimiter or ","
    with (
        source.open(encoding="utf-8-sig" if has_mark else encoding, newline="") as stream,
        target.open("w", encoding="utf-8-sig" if has_mark else encoding, newline="") as out,
    ):
        # The full-width comma is no delimiter a program writes back.
        writer = csv.writer(out, delimiter=delimiter if delimiter.isascii() else ",", lineterminator="\r\n")
        for line, cells in records(stream, delimiter):
            row = [disarmed(cell) for cell in cells] + [""] * (width - len(cells))
            if line == opened.header_line:
                row.append(marking.titles[3])
            elif line > opened.header_line:
                row.append(explained.text(explained.at(line)))
            writer.writerow(row)
            marking.reached(line)


def _places(opened: RowSource, marking: Marking) -> dict[str, int]:
    positions = map_header(opened.header, marking.columns).positions
    return {column.name: positions[column.id] for column in marking.columns if column.id in positions}


def _mark_workbook(source: Path, opened: RowSource, target: Path, marking: Marking) -> None:
    book = load_workbook(source)
    sheet = book[opened.sheet or book.sheetnames[0]]
    explained, places, last = _Explained(marking), _places(opened, marking), sheet.max_column + 1
    sheet.cell(opened.header_line, last, marking.titles[3])
    color = PatternFill("solid", fgColor=_COLOR)
    for line, problems in _problems(marking.rejects):
        text = sheet.cell(line, last, explained.text(problems))
        text.data_type = "s"
        for column, _, code in problems:
            for name in column.split(", "):
                if name in places:
                    cell = sheet.cell(line, places[name] + 1)
                    cell.fill = color
                    cell.comment = Comment(explained.one(name, code), "Songhua")
    book.save(target)


def _write_workbook(opened: RowSource, target: Path, marking: Marking) -> None:
    explained, places, last = _Explained(marking), _places(opened, marking), len(opened.header)
    book = xlsxwriter.Workbook(str(target), {"constant_memory": True, "strings_to_formulas": False})
    sheet, color = book.add_worksheet((opened.sheet or "")[:31] or None), book.add_format({"bg_color": f"#{_COLOR}"})
    comments = 0
    for position, name in enumerate((*opened.header, marking.titles[3])):
        sheet.write_string(opened.header_line - 1, position, name)
    for line, cells in opened.rows:
        marking.reached(line)
        problems = explained.at(line)
        wrong = {places[name]: code for column, _, code in problems for name in column.split(", ") if name in places}
        for position, cell in enumerate(cells[:last]):
            sheet.write_string(line - 1, position, cell or "", color if position in wrong else None)
            if position in wrong and comments < MAX_COMMENTS:
                sheet.write_comment(line - 1, position, marking.words(wrong[position]))
                comments += 1
        if problems:
            sheet.write_string(line - 1, last, explained.text(problems))
    book.close()


def _list(target: Path, marking: Marking) -> None:
    titles = {column.name: column.title or column.name for column in marking.columns}
    with target.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(marking.titles)
        for line, problems in _problems(marking.rejects):
            marking.reached(line)
            for column, value, code in problems:
                row: list[Any] = [line, titles.get(column, column), disarmed(value), marking.words(code)]
                writer.writerow(row)
