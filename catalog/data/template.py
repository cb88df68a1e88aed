"""The practised Excel template of the catalogue: reading and writing its two sheets, resources and items."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import xlsxwriter
from python_calamine import CalamineError, CalamineWorkbook

from catalog.data.errors import UnreadableFile
from catalog.data.formats.workbook import guard_archive
from catalog.data.formats.workbook.cells import cell_text

MOST_ROWS = 20_000
_DROP_DOWN_ROWS = 2000
_LONGEST_LIST = 250
_MARKS = " *＊:：\u3000"


@dataclass(frozen=True, slots=True)
class TemplateColumn:
    """One column: its key, its header, what stands in it; ``options`` maps every accepted text to its value."""

    key: str
    header: str
    aliases: tuple[str, ...] = ()
    is_required: bool = False
    note: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    shown: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The header with the mark of what must be filled in."""
        return f"{self.header}*" if self.is_required else self.header


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """One row as read: where it stands, its texts by key, cells that are not among the options, unknown headers."""

    line: int
    values: dict[str, Any]
    problems: tuple[tuple[str, str], ...] = ()


def read_sheets(path: Path, sheets: Mapping[str, Sequence[TemplateColumn]]) -> dict[str, list[TemplateRow]]:
    """Read the sheets that are named by ``sheets`` (by name, else by place). Empty cells are left out.

    Raises UnreadableFile: damaged, zip_bomb, file_empty, too_many_rows, template_header (with the sheet).
    """
    guard_archive(path)
    try:
        book = CalamineWorkbook.from_path(str(path))
        names = book.sheet_names
        found = {}
        for at, (wanted, columns) in enumerate(sheets.items()):
            name = wanted if wanted in names else names[at] if at < len(names) else None
            found[wanted] = _rows(name, book.get_sheet_by_name(name).to_python(), columns) if name else []
    except (CalamineError, OSError, ValueError) as error:
        raise UnreadableFile("damaged", format="xlsx") from error
    return found


def _rows(name: str, table: Sequence[Sequence[Any]], columns: Sequence[TemplateColumn]) -> list[TemplateRow]:
    if len(table) > MOST_ROWS:
        raise UnreadableFile("too_many_rows", limit=MOST_ROWS)
    by_name = {_plain(name): column for column in columns for name in (column.header, column.key, *column.aliases)}
    lines = [(at + 1, [cell_text(value).strip() for value in row]) for at, row in enumerate(table)]
    for place, (_line, cells) in enumerate(lines):
        header = [by_name.get(_plain(cell)) for cell in cells]
        if sum(column is not None for column in header) >= 2:  # noqa: PLR2004 - a title row names one thing at most
            return [_row(line, cells, header) for line, cells in lines[place + 1 :] if any(cells)]
    if any(any(cells) for _line, cells in lines):
        raise UnreadableFile("template_header", sheet=name)
    return []


def _plain(text: str) -> str:
    return text.split("\n", maxsplit=1)[0].strip(_MARKS).casefold()


def _row(line: int, cells: Sequence[str], header: Sequence[TemplateColumn | None]) -> TemplateRow:
    values: dict[str, Any] = {}
    problems: list[tuple[str, str]] = []
    for column, text in zip(header, cells, strict=False):
        if column is None or not text:
            continue
        if not column.options:
            values[column.key] = text
        elif text.casefold() in column.options:
            values[column.key] = column.options[text.casefold()]
        else:
            problems.append((column.header, text))
    return TemplateRow(line, values, tuple(problems))


def write_template(
    sheets: Mapping[str, tuple[Sequence[TemplateColumn], Iterable[Mapping[str, str]]]], notes: Mapping[str, str]
) -> bytes:
    """Write a workbook with headers, notes, drop-downs and the rows given; ``notes`` fills a last sheet by line."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"strings_to_formulas": False, "strings_to_urls": False})
    head = book.add_format({"bold": True, "bg_color": "#DCE6F1", "border": 1, "text_wrap": True})
    plain = book.add_format({"num_format": "@"})
    for name, (columns, rows) in sheets.items():
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 1)
        for at, column in enumerate(columns):
            sheet.write_string(0, at, column.title, head)
            sheet.set_column(at, at, max(12, min(40, len(column.title) * 2 + 4)), plain)
            if column.note:
                sheet.write_comment(0, at, column.note, {"x_scale": 2, "y_scale": 1.5})
            _drop_down(sheet, at, column)
        for line, row in enumerate(rows, start=1):
            for at, column in enumerate(columns):
                if text := row.get(column.key, ""):
                    sheet.write_string(line, at, text[:32767], plain)
    last = book.add_worksheet("填写说明")
    last.set_column(0, 0, 28)
    last.set_column(1, 1, 90)
    for line, (what, text) in enumerate(notes.items()):
        last.write_string(line, 0, what, head)
        last.write_string(line, 1, text)
    book.close()
    return target.getvalue()


def _drop_down(sheet: Any, at: int, column: TemplateColumn) -> None:
    if not column.shown:
        return
    # A list in the cell itself may hold 255 characters; longer code lists are explained in the note alone.
    if len(",".join(column.shown)) <= _LONGEST_LIST:
        sheet.data_validation(
            1, at, _DROP_DOWN_ROWS, at, {"validate": "list", "source": list(column.shown), "error_type": "warning"}
        )
