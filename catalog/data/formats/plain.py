"""The quick way through delimited text that is plain: no quotation marks, no blank lines, rows all of one width.

Most exports of databases are. Whatever is not plain is found out and left to the careful reader, which is
several times slower and tells each row's line and what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from catalog.data.formats.encoding import Survey

BLOCK = 1 << 20


class NotPlain(Exception):
    """The text is not plain after all; what was read so far is to be forgotten."""


@dataclass(frozen=True, kw_only=True)
class PlainText:
    """A delimited text whose survey found no quotation mark."""

    path: Path
    survey: Survey
    delimiter: str
    width: int
    header_line: int

    @property
    def blanks(self) -> str:
        """The blanks that may stand around a cell: those of the text, without what ends cells and lines."""
        return "".join(blank for blank in self.survey.blanks if blank not in f"\r\n{self.delimiter}")

    def batches(self, positions: Sequence[int]) -> Iterator[tuple[int, list[pa.Array[Any]]]]:
        """Give, batch by batch, the line of its first row and the columns at `positions` as texts.

        Raises NotPlain as soon as a row does not fit, and at the end when lines were blank.
        """
        line = self.header_line + 1
        try:
            for batch in self._open(positions):
                _refuse_blank_rows(batch)
                yield line, batch.columns
                line += batch.num_rows
        except (pa.ArrowInvalid, OSError) as error:
            raise NotPlain from error
        if line != self.survey.lines + 1:
            raise NotPlain

    def _open(self, positions: Sequence[int]) -> csv.CSVStreamingReader:
        names = [f"v{position}" for position in range(self.width)]
        encoding = "utf8" if self.survey.encoding in {"utf-8", "utf-8-sig"} else self.survey.encoding
        return csv.open_csv(
            str(self.path),
            csv.ReadOptions(
                use_threads=False,
                block_size=BLOCK,
                skip_rows=self.header_line,
                column_names=names,
                encoding=encoding,
            ),
            csv.ParseOptions(delimiter=self.delimiter, quote_char=False),
            csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                include_columns=[f"v{position}" for position in positions],
                strings_can_be_null=False,
            ),
        )


def _refuse_blank_rows(batch: pa.RecordBatch) -> None:
    blank: Any = None
    columns: list[Any] = batch.columns
    for column in columns:
        # Not compared with "": making a scalar would load pandas.
        empty = pc.or_(pc.invert(pc.cast(pc.binary_length(column), pa.bool_())), pc.utf8_is_space(column))
        blank = empty if blank is None else pc.and_(blank, empty)
        if not pc.any(blank).as_py():
            return
    raise NotPlain
