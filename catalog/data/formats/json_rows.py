"""JSON arrays of objects and newline-delimited JSON, read piece by piece; numbers keep their text."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any, TextIO

from catalog.data.errors import UnreadableFile
from catalog.data.formats.base import MAX_CELL, Row, RowSource, clean_header
from catalog.data.formats.encoding import detect_encoding

_CHUNK = 1 << 18
_MAX_OBJECT = 16 << 20
_SPACE = " \t\r\n\ufeff"
_decoder = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)


def open_json(path: Path) -> RowSource:
    """Open a JSON array of objects or NDJSON. Keys are gathered over the whole file, in order of first appearance.

    Raises UnreadableFile: json_syntax (line), json_shape (not objects), file_empty, header errors.
    """
    encoding = detect_encoding(path)
    names: dict[str, None] = {}
    kinds = set()
    for is_array, _, item in _objects(path, encoding):
        names.update(dict.fromkeys(item))
        kinds.add("json" if is_array else "ndjson")
    if not names:
        raise UnreadableFile("file_empty")
    header = clean_header(list(names), 1)
    keys = list(names)
    rows = _rows(path, encoding, keys)
    return RowSource(format=kinds.pop(), encoding=encoding, header=header, rows=rows, close=rows.close)


def _rows(path: Path, encoding: str, keys: list[str]) -> Generator[Row, None, None]:
    for _, line, item in _objects(path, encoding):
        yield line, [_text(item.get(key), line) for key in keys]


def _text(value: Any, line: int) -> str | None:
    if value is None or isinstance(value, str):
        if value and len(value) > MAX_CELL:
            raise UnreadableFile("cell_too_long", line=line, limit=MAX_CELL)
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False)


class _Pieces:
    """A window over a text stream that counts lines as it moves on."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.text = ""
        self.at = 0
        self.line = 1

    def more(self) -> bool:
        """Read on; keep only what was not consumed."""
        piece = self.stream.read(_CHUNK)
        self.text, self.at = self.text[self.at :] + piece, 0
        return bool(piece)

    def move(self, end: int) -> None:
        """Consume up to `end`."""
        self.line += self.text.count("\n", self.at, end)
        self.at = end

    def peek(self) -> str:
        """Skip white space and give the next character, or "" at the end."""
        while True:
            end = self.at
            while end < len(self.text) and self.text[end] in _SPACE:
                end += 1
            self.move(end)
            if self.at < len(self.text):
                return self.text[self.at]
            if not self.more():
                return ""

    def value(self) -> Any:
        """Decode one JSON value, reading on while it is incomplete."""
        while True:
            try:
                value, end = _decoder.raw_decode(self.text, self.at)
            except (ValueError, RecursionError) as error:
                if isinstance(error, RecursionError) or len(self.text) - self.at > _MAX_OBJECT or not self.more():
                    raise UnreadableFile("json_syntax", line=self.line) from error
                continue
            self.move(end)
            return value


def _objects(path: Path, encoding: str) -> Iterator[tuple[bool, int, dict[str, Any]]]:
    """Give (is the file an array, line or element number, object)."""
    with path.open(encoding=encoding) as stream:
        pieces = _Pieces(stream)
        is_array = pieces.peek() == "["
        if is_array:
            pieces.move(pieces.at + 1)
        number = 0
        while True:
            mark = pieces.peek()
            if not is_array and not mark:
                return
            if is_array and mark == "]":
                _end(pieces)
                return
            number += 1
            line = number if is_array else pieces.line
            item = pieces.value()
            if not isinstance(item, dict):
                raise UnreadableFile("json_shape", line=pieces.line)
            yield is_array, line, item
            if is_array:
                _comma(pieces)


def _comma(pieces: _Pieces) -> None:
    mark = pieces.peek()
    if mark == ",":
        pieces.move(pieces.at + 1)
        if pieces.peek() == "]":
            raise UnreadableFile("json_syntax", line=pieces.line)
    elif mark != "]":
        raise UnreadableFile("json_syntax", line=pieces.line)


def _end(pieces: _Pieces) -> None:
    pieces.move(pieces.at + 1)
    if pieces.peek():
        raise UnreadableFile("json_syntax", line=pieces.line)
