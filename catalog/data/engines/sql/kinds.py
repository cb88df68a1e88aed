"""What a statement asks for."""

from enum import StrEnum


class Kind(StrEnum):
    """What a statement asks for."""

    PAGE = "page"
    COUNT = "count"
    STREAM = "stream"
    TEXTS = "texts"
    JSON = "json"
    CSV = "csv"
    TSV = "tsv"
    LINES = "lines"
    PLACES = "places"


PIECES = {Kind.CSV: ("\r\n", ","), Kind.TSV: ("\r\n", "\t"), Kind.LINES: ("\n", "")}
"""Kinds that give a stretch of row numbers as one text: what ends a line, and what parts its cells (JSON: nothing)."""
