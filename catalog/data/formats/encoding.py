"""The encoding ladder: byte order mark, then strict UTF-8 over the whole file, then GB18030."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Survey:
    """What one reading of a whole text file tells: its encoding, its lines, and whether it has quotation marks."""

    encoding: str
    lines: int
    has_quotes: bool


def detect_encoding(path: Path) -> str:
    """Find the encoding; see `survey_text`."""
    return survey_text(path).encoding


def survey_text(path: Path) -> Survey:
    """Find encoding and lines by reading the whole file in constant memory.

    A sample is not enough: four megabytes of ASCII may precede the first Chinese character.
    Raises UnreadableFile: file_empty, binary (control characters), encoding (neither UTF-8 nor GB18030).
    """
    with path.open("rb") as stream:
        start = stream.read(4)
    if not start:
        raise UnreadableFile("file_empty")
    marked = [encoding for mark, encoding in _MARKS if start.startswith(mark)]
    for encoding in marked[:1] or ("utf-8", "gb18030"):
        found = _read_through(path, encoding)
        if isinstance(found, Survey):
            return found
    raise UnreadableFile("encoding", line=found)


def _read_through(path: Path, encoding: str) -> Survey | int:
    """Decode the whole file, or give the line that does not decode; refuse control characters on the way."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    line, has_quotes, last = 0, False, ""
    with path.open("rb") as stream:
        while True:
            block = stream.read(CHUNK)
            try:
                text = decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                return line + 1 + error.object[: error.start].count(b"\n")
            found = _CONTROL.search(text)
            if found:
                raise UnreadableFile("binary", line=line + 1 + text.count("\n", 0, found.start()))
            line += text.count("\n")
            has_quotes = has_quotes or '"' in text
            last = text[-1:] or last
            if not block:
                return Survey(encoding, line + (last != "\n"), has_quotes)
