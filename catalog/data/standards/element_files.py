"""Data elements read from files: heads in Chinese or English, cells as texts, what is wrong with each line."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from catalog.data.errors import UnreadableFile
from catalog.data.formats import open_rows

MOST_ELEMENTS = 2_000
#: Heads of columns that are taken for a field, besides its own name.
_HEADS: Mapping[str, tuple[str, ...]] = {
    "identifier": ("标识符", "数据元标识符", "内部标识符"),
    "version": ("版本", "版本号"),
    "name_zh": ("中文名称", "名称", "数据元名称", "name"),
    "name_en": ("英文名称",),
    "synonyms": ("同义名称", "别名", "其他名称"),
    "definition": ("定义", "说明"),
    "type": ("数据类型", "类型"),
    "length": ("长度", "数据长度"),
    "pattern": ("表示格式", "格式"),
    "check_rule": ("校验规则", "校验码"),
    "code_set": ("代码集", "值域"),
    "unit": ("计量单位", "单位"),
    "source": ("来源标准", "来源"),
}
FIELDS = tuple(_HEADS)
_KNOWN = {head.casefold(): name for name, heads in _HEADS.items() for head in (name, *heads)}
_MARKS = " *＊:：\u3000\ufeff"


@dataclass(frozen=True)
class ElementRow:
    """One element as a file asks for it: where it stands, and the fields it states."""

    line: int
    values: Mapping[str, str]


@dataclass(frozen=True)
class ElementFile:
    """The rows of a file, and the heads (or keys) that name no field of a data element."""

    rows: tuple[ElementRow, ...]
    unknown: tuple[str, ...]


def read_elements(path: Path, filename: str) -> ElementFile:
    """Read data elements from CSV, TSV, a spreadsheet, or a JSON list of objects.

    An empty cell of a table states nothing; an empty text in JSON empties the field.
    Raises UnreadableFile: what ``open_rows`` raises, element_head, elements_many, damaged.
    """
    table = _objects(path) if filename.lower().endswith(".json") else _cells(path, filename)
    unknown = tuple(dict.fromkeys(head for _line, row in table for head in row if _field(head) is None))
    rows = tuple(
        ElementRow(line, {name: text.strip() for head, text in row.items() if (name := _field(head)) is not None})
        for line, row in table
    )
    if rows and not any("name_zh" in row.values or "identifier" in row.values for row in rows):
        raise UnreadableFile("element_head")
    if not rows:
        raise UnreadableFile("file_empty")
    return ElementFile(rows, unknown)


def _field(head: str) -> str | None:
    return _KNOWN.get(head.strip(_MARKS).casefold())


def _cells(path: Path, filename: str) -> list[tuple[int, dict[str, str]]]:
    with open_rows(path, filename) as source:
        found = []
        for line, cells in source.rows:
            row = _stated(source.header, cells)
            if row:
                found.append((line, row))
            _ensure_few(len(found))
        unread = {head: "" for head in source.header if _field(head) is None}
    # A column without any value still has a head that nobody would read.
    return [(line, unread | row) for line, row in found]


def _stated(header: Sequence[str], cells: Sequence[str | None]) -> dict[str, str]:
    pairs = zip(header, cells, strict=False)
    return {head: text for head, cell in pairs if (text := (cell or "").strip().removeprefix("'"))}


def _objects(path: Path) -> list[tuple[int, dict[str, str]]]:
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise UnreadableFile("damaged", format="json") from error
    rows = document.get("elements") if isinstance(document, dict) else document
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise UnreadableFile("damaged", format="json")
    _ensure_few(len(rows))
    return [(at, {key: _text(value) for key, value in row.items()}) for at, row in enumerate(rows, 1)]


def _text(value: object) -> str:
    if isinstance(value, list):
        return ";".join(str(part) for part in value)
    return "" if value is None else str(value)


def _ensure_few(count: int) -> None:
    if count > MOST_ELEMENTS:
        raise UnreadableFile("elements_many", limit=MOST_ELEMENTS)
