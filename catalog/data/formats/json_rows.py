"""JSON as text rows: lists of objects, alone or inside what an interface wraps around them; NDJSON; GeoJSON."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

from catalog.data.errors import UnreadableFile
from catalog.data.formats.base import MAX_CELL, MAX_COLUMNS, Note, Row, RowSource, Wish, clean_header
from catalog.data.formats.encoding import detect_encoding
from catalog.data.formats.geometry import flattened, is_feature
from catalog.data.formats.json_stream import Found, find_rows, objects


def open_json(path: Path, wish: Wish) -> RowSource:
    """Open JSON. Keys are gathered over the whole file, in order of first appearance.

    Raises UnreadableFile: json_syntax (line), json_shape (no list of objects), file_empty, too_many_columns,
    header errors.
    """
    encoding = detect_encoding(path)
    found = find_rows(path, encoding)
    names: dict[str, None] = {}
    is_geographic = False
    for _, item in objects(path, encoding, found):
        is_geographic = is_geographic or is_feature(item)
        names.update(dict.fromkeys(flattened(item, wish.known) if is_feature(item) else item))
        if len(names) > MAX_COLUMNS:
            raise UnreadableFile("too_many_columns", found=len(names), limit=MAX_COLUMNS)
    if not names:
        raise UnreadableFile("file_empty")
    header = clean_header(list(names), 1)
    rows = _rows(path, encoding, found, list(names), wish)
    notes = [Note("note_json_path", {"path": ".".join(found.keys)})] if found.keys and not is_geographic else []
    kind = "geojson" if is_geographic else "json" if found.is_array else "ndjson"
    return RowSource(format=kind, encoding=encoding, header=header, rows=rows, notes=notes, close=rows.close)


def _rows(path: Path, encoding: str, found: Found, keys: list[str], wish: Wish) -> Generator[Row, None, None]:
    items: Iterator[tuple[int, dict[str, Any]]] = objects(path, encoding, found)
    for line, item in items:
        values = flattened(item, wish.known) if is_feature(item) else item
        yield line, [_text(values.get(key), line) for key in keys]


def _text(value: Any, line: int) -> str | None:
    if value is None:
        return None
    if isinstance(value, str):
        text = value
    elif isinstance(value, bool):
        text = "true" if value else "false"
    else:
        text = json.dumps(value, ensure_ascii=False)
    if len(text) > MAX_CELL:
        raise UnreadableFile("cell_too_long", line=line, limit=MAX_CELL)
    return text
