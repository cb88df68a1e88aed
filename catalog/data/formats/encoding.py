"""The encoding ladder: byte order mark, strict UTF-8 over the whole file, GB18030; mixtures are named by line."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
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
# The same as bytes, found many times faster: in UTF-8 and GB18030 they are part of no longer character.
_NO_CONTROL = bytes(byte for byte in range(256) if not _CONTROL.match(chr(byte)))
# Two Chinese characters of UTF-8 side by side: bytes that GB18030 text hardly ever shows, and reads as nonsense.
# Looked for as letters for kinds of bytes, which is many times faster than an expression over the bytes.
_UTF8_KINDS = b"." * 0x80 + b"t" * 0x40 + b"." * 0x23 + b"L" * 7 + b"." * 0x16
_UTF8_PAIR = b"LttLtt"
_CHINESE = re.compile("[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
_CERTAIN = 4
"""So many Chinese characters in a line that is valid UTF-8 throughout are no accident of GB18030."""
_TAIL = 2_000
BLANKS = " \t\r\n\u3000\u00a0\ufeff\u200b\u200c\u200d\u2060"
"""What is taken off both ends of a cell: blanks and characters nobody sees."""
_WIDE = frozenset({"utf-16", "utf-32"})
_WIDE_PAIRS = 3


@dataclass(frozen=True)
class Survey:
    """What one reading of a whole text file tells; `tail` is its last characters, `blanks` the BLANKS it holds."""

    encoding: str
    lines: int
    has_quotes: bool
    tail: str = ""
    blanks: str = BLANKS


@dataclass(frozen=True)
class _Broken:
    """The line that does not decode, and whether only the end of the file is missing."""

    line: int
    is_cut: bool


def detect_encoding(path: Path) -> str:
    """Find the encoding; see `survey_text`."""
    return survey_text(path).encoding


def survey_text(path: Path) -> Survey:
    """Find encoding and lines by reading the whole file in constant memory.

    A sample is not enough: four megabytes of ASCII may precede the first Chinese character.
    Raises UnreadableFile: file_empty, binary (control characters), encoding (neither UTF-8 nor GB18030),
    encoding_unmarked (UTF-16 or UTF-32 without its mark), encoding_mixed (lines of both).
    """
    with path.open("rb") as stream:
        start = stream.read(4096)
    if not start:
        raise UnreadableFile("file_empty")
    marked = [encoding for mark, encoding in _MARKS if start.startswith(mark)]
    if not marked and _is_wide(start):
        raise UnreadableFile("encoding_unmarked")
    if marked:
        found = _read_through(path, marked[0])
        if isinstance(found, Survey):
            return found
        raise UnreadableFile("encoding", line=found.line)
    return _climb(path)


def _climb(path: Path) -> Survey:
    utf8 = _read_through(path, "utf-8")
    if isinstance(utf8, Survey):
        return utf8
    certain = _certain_utf8_line(path)
    if certain and utf8.is_cut:
        raise UnreadableFile("encoding", line=utf8.line)
    if certain:
        # Both lines are named: the reader sees which part came from which program.
        raise UnreadableFile("encoding_mixed", utf8_line=certain, other_line=utf8.line)
    gb18030 = _read_through(path, "gb18030")
    if isinstance(gb18030, Survey):
        return gb18030
    raise UnreadableFile("encoding", line=gb18030.line)


def _is_wide(start: bytes) -> bool:
    """Say whether the bytes look like UTF-16 or UTF-32: in every pair with a Latin letter the same side is zero."""
    few, many = sorted((start[0::2].count(0), start[1::2].count(0)))
    has_line_end = b"\n\0" in start or b"\0\n" in start
    return many >= _WIDE_PAIRS and few * 8 <= many and (has_line_end or many * 8 >= len(start))


def _read_through(path: Path, encoding: str) -> Survey | _Broken:
    """Decode the whole file, or give the line that does not decode; refuse control characters on the way."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    line, has_quotes, tail, blanks = 0, False, "", ""
    with path.open("rb") as stream:
        while True:
            block = stream.read(CHUNK)
            try:
                text = decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                return _Broken(line + 1 + error.object[: error.start].count(b"\n"), is_cut=not block)
            may_hold = encoding in _WIDE or block.translate(None, _NO_CONTROL)
            if may_hold and (found := _CONTROL.search(text)):
                raise UnreadableFile("binary", line=line + 1 + text.count("\n", 0, found.start()))
            line += text.count("\n")
            has_quotes = has_quotes or '"' in text
            blanks += "".join(blank for blank in BLANKS if blank not in blanks and blank in text)
            tail = (tail + text[-_TAIL:])[-_TAIL:]
            if not block:
                return Survey(encoding, line + (tail[-1:] != "\n"), has_quotes, tail, blanks)


def _certain_utf8_line(path: Path) -> int | None:
    """Find a line that is certainly UTF-8 in a file that as a whole is not."""
    line = 0
    for block in _whole_lines(path):
        kinds, at = block.translate(_UTF8_KINDS), 0
        while (found := kinds.find(_UTF8_PAIR, at)) >= 0:
            start = block.rfind(b"\n", 0, found) + 1
            end = block.find(b"\n", found)
            end = len(block) if end < 0 else end
            if _is_certain(block[start:end]):
                return line + 1 + block.count(b"\n", 0, start)
            at = end
        line += block.count(b"\n")
    return None


def _whole_lines(path: Path) -> Iterator[bytes]:
    """Read in blocks that end where a line ends; a line longer than a block is cut."""
    rest = b""
    with path.open("rb") as stream:
        while block := stream.read(CHUNK):
            cut = block.rfind(b"\n") + 1
            yield rest + block[:cut]
            rest = block[cut:]
            if len(rest) > CHUNK:
                yield rest
                rest = b""
    yield rest


def _is_certain(line: bytes) -> bool:
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return len(_CHINESE.findall(text)) >= _CERTAIN
