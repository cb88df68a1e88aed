"""What is learned of the texts of a column while they land, so that no cell need be asked for it again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

NO_TEXT = ("\\N", "NULL")
"""What databases write for "no value" in a text column; every other word of a text column is a text."""
_IN_EACH = b"N"
"""A character that each of these words holds."""
_PROTECTION = ("'", '="')
"""How a cell begins that a program protects from spreadsheets."""
_SIGNS = (b"'", b"=")


@dataclass(kw_only=True)
class TextFacts:
    """What is known of all cells of a column: how many are empty, and the most characters in one.

    `is_clean` says that no cell is protected from spreadsheets (``catalog.data.ingest.cells.unprotected``) or a word
    for "no value", so that each is its own value; `may_be_scientific` that one may be a number with an exponent.
    """

    gaps: int = 0
    longest: int = 0
    is_clean: bool = True
    may_be_scientific: bool = False

    def look(self, texts: pa.StringArray) -> None:
        """Take these further cells into account; empty ones are null already."""
        self.gaps += texts.null_count
        self.longest = max(self.longest, pc.max(pc.utf8_length(texts)).as_py() or 0)
        # To search the bytes of all cells for one of them is nearly free, and mostly there is nothing to look for.
        held = texts.buffers()[2]
        content = held.to_pybytes() if held is not None else b""
        if self.is_clean and any(sign in content for sign in _SIGNS):
            self.is_clean = not any(_any(pc.starts_with(texts, pattern=sign)) for sign in _PROTECTION)
        if self.is_clean and _IN_EACH in content:
            self.is_clean = not _any(pc.is_in(texts, value_set=pa.array(NO_TEXT, pa.string())))
        if not self.may_be_scientific and b"+" in content:
            self.may_be_scientific = _any(pc.match_substring_regex(texts, pattern=r"[eE]\+\d"))


def _any(truths: Any) -> bool:
    return bool(pc.any(truths).as_py())
