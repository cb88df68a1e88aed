"""The encoding ladder: byte order mark, then strict UTF-8 over the whole file, then GB18030."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from catalog.data.errors import UnreadableFile

CHUNK = 1 << 20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x19\x1b-\x1f]")


def detect_encoding(path: Path) -> str:
    """Find the encoding by reading the whole file once in constant memory.

    A sample is not enough: four megabytes of ASCII may precede the first Chinese character.
    Raises UnreadableFile: file_empty, binary (control characters), encoding (neither UTF-8 nor GB18030).
    """
    with path.open("rb") as stream:
        start = stream.read(4)
    if not start:
        raise UnreadableFile("file_empty")
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            failure = _first_failure(path, encoding)
            if failure is not None:
                raise UnreadableFile("encoding", line=failure)
            return encoding
    if _first_failure(path, "utf-8") is None:
        return "utf-8"
    failure = _first_failure(path, "gb18030")
    if failure is None:
        return "gb18030"
    raise UnreadableFile("encoding", line=failure)


def _first_failure(path: Path, encoding: str) -> int | None:
    """Give the line that does not decode, or None; refuse control characters on the way."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    line = 1
    with path.open("rb") as stream:
        while True:
            block = stream.read(CHUNK)
            try:
                text = decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                return line + error.object[: error.start].count(b"\n")
            found = _CONTROL.search(text)
            if found:
                raise UnreadableFile("binary", line=line + text.count("\n", 0, found.start()))
            if not block:
                return None
            line += text.count("\n")
