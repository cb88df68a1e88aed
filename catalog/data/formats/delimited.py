"""CSV and TSV: delimiter by what is consistent, quoting by RFC 4180, rows with the line they start on."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from catalog.data.errors import UnreadableFile
from catalog.data.formats.base import MAX_CELL, Note, RowSource, Wish
from catalog.data.formats.encoding import Survey, survey_text
from catalog.data.formats.layout import Table, find_table, not_blank, tail_has_footer
from catalog.data.formats.plain import PlainText

DELIMITERS = (",", "\t", ";", "|", "，")
"""In the order in which they win when equal."""
_SAMPLE = 1 << 16

# The limit of the csv module is one per process; nothing else in this product reads CSV with it.
csv.field_size_limit(MAX_CELL)


def open_delimited(path: Path, wish: Wish) -> RowSource:
    """Open a delimited text file. The file stays open until the source is closed.

    Raises UnreadableFile for the encoding, an empty file, a bad header; while iterating: bad_quoting, cell_too_long.
    """
    survey = survey_text(path)
    encoding = survey.encoding
    stream = path.open(encoding=encoding, newline="")
    notes: list[Note] = []
    try:
        delimiter = detect_delimiter(stream.read(_SAMPLE))
        stream.seek(0)
        table = find_table(not_blank(records(stream, delimiter)), wish.known, notes)
    except BaseException:
        stream.close()
        raise
    return RowSource(
        format="tsv" if delimiter == "\t" else "csv",
        encoding="utf-8" if encoding == "utf-8-sig" else encoding,
        delimiter=delimiter,
        header=table.header,
        header_line=table.line,
        rows=table.rows,
        plain=_plain(path, survey, delimiter, table),
        notes=notes,
        close=stream.close,
    )


def _plain(path: Path, survey: Survey, delimiter: str, table: Table) -> PlainText | None:
    width = len(table.header)
    if survey.has_quotes or width == 1 or not table.is_simple or not delimiter.isascii():
        return None
    if tail_has_footer(survey.tail, delimiter):
        return None
    return PlainText(path=path, survey=survey, delimiter=delimiter, width=width, header_line=table.line)


def detect_delimiter(sample: str) -> str:
    """Choose the delimiter under which most of the sample's records have the same number of cells above one."""
    best, best_score = ",", (0.0, 0)
    lines = sample.splitlines(keepends=True)
    if len(sample) >= _SAMPLE and len(lines) > 1:
        lines.pop()
    text = "".join(lines[:200])
    for delimiter in DELIMITERS:
        try:
            widths = Counter(len(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if row)
        except csv.Error:
            continue
        wide = {width: count for width, count in widths.items() if width > 1}
        if not wide:
            continue
        width, count = max(wide.items(), key=lambda item: (item[1], item[0]))
        score = (count / sum(widths.values()), width)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def records(stream: TextIO, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Read records with the line each begins on. Raises UnreadableFile: bad_quoting, cell_too_long."""
    reader = csv.reader(stream, delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            code = "cell_too_long" if "field larger" in str(error) else "bad_quoting"
            raise UnreadableFile(code, line=line, limit=MAX_CELL) from error
        if cells and not (len(cells) == 1 and not cells[0].strip("\x1a \t\u3000")):
            yield line, cells
