"""Landed files: the texts of a file as Parquet in the shape of a version's files, and what was learned on the way.

A file that holds nothing but texts, none of which needs to be changed, is typed as soon as it has landed. So rows land
in the order, the parts and the row groups of a version, and each column of texts is looked at as it passes: what is
known of all its cells then is not asked cell by cell again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from catalog.data.duck import identifier, literal
from catalog.data.ingest.facts import TextFacts
from catalog.data.schema import ROW_COLUMN

ROW_GROUP = 61_440
_MOST_BYTES = 64 << 20
"""Texts of so many bytes are a row group, however few rows they are: memory stays constant."""
_REPEATED = 5
"""A column whose values stand on so many rows each, or more, is written with a dictionary."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is to land: positions of the file by the name of their column, in the order of the columns.

    More than `part_rows` rows go into several files; `offset` is added to the lines. The columns of `texts` are looked
    at as they pass, and the order of the one named `ordered`.
    """

    positions: Mapping[str, int]
    texts: frozenset[str] = frozenset()
    ordered: str = ""
    part_rows: int | None = None
    offset: int = 0


@dataclass(frozen=True, kw_only=True)
class Landed:
    """The landed files with `__row` and the wanted columns, and the rows that were too short or too long beside them.

    `rows` counts ragged rows too. `ascends` says that the ordered column is filled in every landed row, each time with
    a greater text than before.
    """

    paths: Sequence[Path]
    ragged: Path
    rows: int
    ragged_rows: int
    offset: int = 0
    texts: Mapping[str, TextFacts] = field(default_factory=dict)
    ascends: bool = False

    @property
    def source(self) -> str:
        """All landed rows, as what stands after FROM."""
        return reading(self.paths)


def reading(paths: Sequence[Path]) -> str:
    """Give the rows of these files in SQL."""
    return f"read_parquet([{', '.join(literal(str(path)) for path in paths)}])"


class Landing:
    """Writes rows into landed files of a folder, row group by row group, until it is left."""

    def __init__(self, folder: Path, wanted: Wanted) -> None:
        self._folder, self._wanted = folder, wanted
        types: dict[str, pa.DataType] = {ROW_COLUMN: pa.int64()}
        types |= dict.fromkeys(wanted.positions, pa.string())
        self._schema = pa.schema(types)
        self._pending: list[pa.RecordBatch] = []
        self._rows = self._bytes = self._in_part = 0
        self._writer: pq.ParquetWriter | None = None
        self._last: pa.Array[Any] | None = None
        self._ascends = True
        self.paths: list[Path] = []
        self.texts = {name: TextFacts() for name in wanted.positions if name in wanted.texts}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None and (self._rows or not self.paths):
            self._write(self._rows)
        self._close()

    @property
    def ascends(self) -> bool:
        """Whether the ordered column is filled everywhere and rises from row to row."""
        ordered = self.texts.get(self._wanted.ordered)
        return ordered is not None and not ordered.gaps and self._ascends

    def add(self, lines: pa.Array[Any], texts: Sequence[pa.Array[Any]]) -> None:
        """Take further rows: their lines, and their cells in the order of the wanted columns."""
        batch = pa.RecordBatch.from_arrays([lines, *texts], schema=self._schema)
        self._pending.append(batch)
        self._rows += batch.num_rows
        self._bytes += batch.nbytes
        while self._rows >= (room := self._room()) or (self._rows and self._bytes >= _MOST_BYTES):
            self._write(min(room, self._rows))

    def _room(self) -> int:
        left = None if self._wanted.part_rows is None else self._wanted.part_rows - self._in_part
        return ROW_GROUP if left is None else min(ROW_GROUP, left)

    def _write(self, rows: int) -> None:
        """Write the first `rows` pending rows as a row group; begin a part before it, and end a full one after it."""
        pending = pa.Table.from_batches(self._pending, schema=self._schema)
        whole: list[Any] = [_whole(column) for column in pending.slice(0, rows).columns]
        lines, *columns = whole
        rest = pending.slice(rows)
        self._pending, self._rows, self._bytes = rest.to_batches(), rest.num_rows, rest.nbytes
        texts = [_with_nulls(column) for column in columns]
        for name, column in zip(self._wanted.positions, texts, strict=True):
            if name in self.texts:
                self.texts[name].look(column)
            if name == self._wanted.ordered and self._ascends:
                self._ascends = self._follows(column)
        numbered: Any = pc.add(lines, pa.array([self._wanted.offset], pa.int64())[0]) if self._wanted.offset else lines
        writer = self._writer or self._begin(texts)
        writer.write_table(pa.Table.from_arrays([numbered, *texts], schema=self._schema), row_group_size=ROW_GROUP)
        self._in_part += rows
        if self._in_part == self._wanted.part_rows:
            self._close()

    def _begin(self, texts: Sequence[pa.Array[Any]]) -> pq.ParquetWriter:
        path = self._folder / f"landed-{len(self.paths)}.parquet"
        repeated = [
            name
            for name, column in zip(self._wanted.positions, texts, strict=True)
            if pc.count_distinct(column).as_py() * _REPEATED <= len(column)
        ]
        self.paths.append(path)
        self._writer = pq.ParquetWriter(
            path,
            self._schema,
            compression="zstd",
            use_dictionary=repeated,  # type: ignore[arg-type]  # its stubs know no list of columns
            # Lines rise by one: their differences take a hundredth of the room, and less time than packing them.
            column_encoding={ROW_COLUMN: "DELTA_BINARY_PACKED"},
            store_schema=False,
        )
        return self._writer

    def _close(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._writer, self._in_part = None, 0

    def _follows(self, texts: pa.Array[Any]) -> bool:
        if not len(texts):
            return True
        last, self._last = self._last, texts.slice(len(texts) - 1)
        pairs: list[Any] = [pc.less(texts.slice(0, len(texts) - 1), texts.slice(1))]
        if last is not None:
            pairs.append(pc.less(last, texts.slice(0, 1)))
        return all(pc.all(pair).as_py() for pair in pairs)


def _whole(column: pa.ChunkedArray[Any]) -> pa.Array[Any]:
    found: pa.Array[Any] = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
    return found


def _with_nulls(texts: pa.StringArray) -> pa.StringArray:
    # Not compared with "": making a scalar would load pandas.
    filled: Any = pc.cast(pc.binary_length(texts), pa.bool_())
    if filled.true_count == len(texts):
        return texts
    found: pa.StringArray = pc.if_else(filled, texts, pa.nulls(len(texts), pa.string()))
    return found


def line_of(landed: Landed) -> str:
    """Give the SQL of the line in the source of a landed row."""
    return f"{identifier(ROW_COLUMN)} - {int(landed.offset)}"
