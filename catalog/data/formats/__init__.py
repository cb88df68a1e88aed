"""Readers of uploaded files: every format becomes one stream of text rows with line numbers."""

from catalog.data.formats.base import Row, RowSource
from catalog.data.formats.detect import open_rows

__all__ = ["Row", "RowSource", "open_rows"]
