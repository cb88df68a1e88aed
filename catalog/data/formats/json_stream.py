"""A window over JSON text that moves on piece by piece: the list of rows is found, then its objects one by one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from catalog.data.errors import UnreadableFile

_CHUNK = 1 << 18
_MAX_OBJECT = 16 << 20
_MAX_WRAPPERS = 6
_SPACE = " \t\r\n\ufeff"


class _Exact(str):
    """A number as it was written: never a float in between, which would lose digits."""

    __slots__ = ()


_decoder = json.JSONDecoder(parse_float=_Exact, parse_int=_Exact, parse_constant=_Exact)


@dataclass(frozen=True)
class Found:
    """Where the rows are: in an array below these keys, or one object after the other."""

    is_array: bool
    keys: tuple[str, ...] = ()


class Pieces:
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

    def take(self, mark: str) -> None:
        """Consume a mark. Raises UnreadableFile: json_syntax when something else stands there."""
        if self.peek() != mark:
            raise self.wrong()
        self.move(self.at + 1)

    def value(self) -> Any:
        """Decode one JSON value, reading on while it is incomplete."""
        while True:
            try:
                value, end = _decoder.raw_decode(self.text, self.at)
            except (ValueError, RecursionError) as error:
                if isinstance(error, RecursionError) or len(self.text) - self.at > _MAX_OBJECT or not self.more():
                    raise self.wrong() from error
                continue
            # A number at the end of the window may go on behind it.
            if end == len(self.text) and not isinstance(value, dict | list) and self.more():
                continue
            self.move(end)
            return value

    def wrong(self) -> UnreadableFile:
        """Give the refusal that names the line."""
        return UnreadableFile("json_syntax", line=self.line)


def find_rows(path: Path, encoding: str) -> Found:
    """Find the list of objects. Raises UnreadableFile: file_empty, json_syntax, json_shape."""
    with path.open(encoding=encoding) as stream:
        pieces = Pieces(stream)
        mark = pieces.peek()
        if not mark:
            raise UnreadableFile("file_empty")
        if mark == "[":
            return Found(is_array=True)
        if mark != "{":
            raise UnreadableFile("json_syntax" if mark not in '"-0123456789tfn' else "json_shape", line=pieces.line)
        keys = _keys_to_rows(pieces, ())
    return Found(is_array=True, keys=keys) if keys else Found(is_array=False)


def _keys_to_rows(pieces: Pieces, above: tuple[str, ...]) -> tuple[str, ...]:
    """Walk through an object, without holding it, to its first array of objects; give the keys that lead there."""
    if len(above) >= _MAX_WRAPPERS:
        pieces.value()
        return ()
    pieces.take("{")
    while pieces.peek() != "}":
        key = _key(pieces)
        mark = pieces.peek()
        if mark == "{":
            if found := _keys_to_rows(pieces, (*above, key)):
                return found
        elif mark == "[":
            pieces.move(pieces.at + 1)
            if pieces.peek() == "{":
                return (*above, key)
            _skip_array(pieces)
        else:
            pieces.value()
        _comma(pieces, "}")
    pieces.move(pieces.at + 1)
    return ()


def _skip_array(pieces: Pieces) -> None:
    while pieces.peek() != "]":
        pieces.value()
        _comma(pieces, "]")
    pieces.move(pieces.at + 1)


def _key(pieces: Pieces) -> str:
    if pieces.peek() != '"':
        raise pieces.wrong()
    key = pieces.value()
    pieces.take(":")
    return str(key)


def _comma(pieces: Pieces, close: str) -> None:
    mark = pieces.peek()
    if mark == ",":
        pieces.move(pieces.at + 1)
        if pieces.peek() == close:
            raise pieces.wrong()
    elif mark != close:
        raise pieces.wrong()


def objects(path: Path, encoding: str, found: Found) -> Iterator[tuple[int, dict[str, Any]]]:
    """Give (line, or number in the array; object). Numbers come as they were written.

    Raises UnreadableFile: json_syntax, json_shape.
    """
    with path.open(encoding=encoding) as stream:
        pieces = Pieces(stream)
        if found.is_array:
            _go_to(pieces, found.keys)
            yield from _of_array(pieces)
            _leave(pieces, len(found.keys))
            return
        last = 0
        while pieces.peek():
            line = max(pieces.line, last + 1)
            item = pieces.value()
            if not isinstance(item, dict):
                raise UnreadableFile("json_shape", line=pieces.line)
            yield line, item
            last = line


def _go_to(pieces: Pieces, keys: tuple[str, ...]) -> None:
    for key in keys:
        pieces.take("{")
        while _key(pieces) != key or pieces.peek() not in "{[":
            _skip(pieces)
            pieces.take(",")
    pieces.take("[")


def _skip(pieces: Pieces) -> None:
    if pieces.peek() == "[":
        pieces.move(pieces.at + 1)
        _skip_array(pieces)
    else:
        pieces.value()


def _of_array(pieces: Pieces) -> Iterator[tuple[int, dict[str, Any]]]:
    number = 0
    while (mark := pieces.peek()) != "]":
        number += 1
        if not mark:
            raise pieces.wrong()
        item = pieces.value()
        if not isinstance(item, dict):
            raise UnreadableFile("json_shape", line=pieces.line)
        yield number, item
        _comma(pieces, "]")
    pieces.move(pieces.at + 1)


def _leave(pieces: Pieces, depth: int) -> None:
    """Read the rest of what is around the array, so that a cut file is not taken for a whole one."""
    for _ in range(depth):
        while (mark := pieces.peek()) == ",":
            pieces.move(pieces.at + 1)
            _key(pieces)
            _skip(pieces)
        if mark != "}":
            raise pieces.wrong()
        pieces.move(pieces.at + 1)
    if pieces.peek():
        raise pieces.wrong()
