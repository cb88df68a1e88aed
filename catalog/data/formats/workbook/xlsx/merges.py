"""The merged ranges of a sheet of an XLSX, and the letters of its columns."""

from __future__ import annotations

import re
from typing import IO

from catalog.data.formats.workbook.grid import Merged

_MERGE = re.compile(rb'mergeCell\s[^>]*?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_OVERLAP = 200
_BLOCK = 1 << 20


def merged_ranges(stream: IO[bytes]) -> Merged:
    """Find the merged ranges, which stand behind the rows in the file, without reading the rows."""
    merged = Merged()
    seen, rest = False, b""
    while block := stream.read(_BLOCK):
        window = rest + block
        seen = seen or b"mergeCell" in window
        last = 0
        if seen:
            for found in _MERGE.finditer(window):
                left, top, right, bottom = found.groups()
                merged.add(int(top), column_of(left.decode()), int(bottom), column_of(right.decode()))
                last = found.end()
        rest = window[max(last, len(window) - _OVERLAP) :]
    return merged


def column_of(letters: str) -> int:
    """Give the position of a column by its letters; A is 0."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
