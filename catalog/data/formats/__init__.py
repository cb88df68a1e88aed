"""Readers of uploaded files: every format becomes one stream of text rows with line numbers."""

from catalog.data.formats.base import Note, Part, Row, RowSource, Wish
from catalog.data.formats.detect import open_rows

__all__ = ["Note", "Part", "Row", "RowSource", "Wish", "open_rows"]
