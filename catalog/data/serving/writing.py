"""The rows of a version on their way into a serving table: written by DuckDB, read by PostgreSQL."""

from __future__ import annotations

import fcntl
import io
import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from catalog.data.duck import Limits, attach_buckets, workbench
from catalog.data.engines.alike import plain_sql
from catalog.data.engines.dialects import DUCKDB
from catalog.data.engines.ready import stored_row_sql
from catalog.data.engines.row_index import FILE_COLUMN
from catalog.data.errors import DamagedFile
from catalog.data.rows import rows_sql
from catalog.data.schema import FLOATING, ROW_COLUMN
from catalog.data.serving.design import Contents, Design

_PIPE = 1 << 20
_LIMITS = Limits(memory="512MB", threads=1, seconds=None)


def written_names(design: Design) -> list[str]:
    """Name the columns of a table in the order in which they are written."""
    place = [FILE_COLUMN] if design.is_index else []
    return [ROW_COLUMN, *place, *(column.id for column in design.held), *design.ready_names]


@contextmanager
def writer_of(design: Design, contents: Contents) -> Iterator[Writer]:
    """Give the writer of a table, and wait at the end of the block until nothing of it runs any more."""
    with tempfile.TemporaryDirectory(prefix="songhua-serving-") as folder, workbench(Path(folder), _LIMITS) as duck:
        attach_buckets(duck, contents.files)
        writer = Writer(duck, design, contents)
        try:
            yield writer
        finally:
            # Where PostgreSQL refused a row nobody reads any more, and the writer ends by a broken pipe.
            writer.end()


class Writer(threading.Thread):
    """Writes all rows into one end of a pipe, and then looks which columns are plain, while others make the indexes.

    `fault` is what went wrong.
    """

    def __init__(self, duck: duckdb.DuckDBPyConnection, design: Design, contents: Contents) -> None:
        super().__init__(name="serving-copy", daemon=True)
        self.fault: duckdb.Error | None = None
        self._duck, self._design, self._contents = duck, design, contents
        self._written = threading.Event()
        self._plain: tuple[str, ...] = ()
        self._end = -1

    @contextmanager
    def reading(self) -> Iterator[io.FileIO]:
        """Begin to write and give the end to read from; at the end of the block all is written, or `fault` is set."""
        ours, self._end = os.pipe()
        # Small pipes make both sides wait for each other: measured, that doubles the work of writing.
        fcntl.fcntl(ours, fcntl.F_SETPIPE_SZ, _PIPE)
        self.start()
        try:
            with io.FileIO(ours) as source:
                yield source
        finally:
            self._written.wait()

    def plain(self) -> tuple[str, ...]:
        """Give the ids of the columns that are plain in every row."""
        self.join()
        if self.fault is not None:
            raise DamagedFile("file_unreadable") from self.fault
        return self._plain

    def end(self) -> None:
        """Wait until nothing runs any more."""
        if self.ident is not None:
            self.join()

    def run(self) -> None:
        try:
            self._write()
            self._written.set()
            self._plain = self._find_plain()
        except duckdb.Error as error:
            self.fault = error
        finally:
            self._written.set()

    def _write(self) -> None:
        try:
            for sql, params in _rows(self._design, self._contents):
                self._duck.execute(f"COPY ({sql}) TO '/dev/fd/{self._end}' (FORMAT csv, HEADER false)", params)
        finally:
            os.close(self._end)

    def _find_plain(self) -> tuple[str, ...]:
        if self._design.is_index:
            # Nothing is written as lines from it.
            return ()
        params: list[Any] = []
        asked = {column: sql for column in self._design.columns if (sql := plain_sql(column)) is not None}
        if not asked:
            return ()
        source = rows_sql(self._contents.files, list(asked), self._contents.types, params)
        found = self._duck.execute(f"SELECT {', '.join(asked.values())} FROM {source}", params).fetchone() or ()
        return tuple(column.id for column, is_plain in zip(asked, found, strict=True) if is_plain)


def _rows(design: Design, contents: Contents) -> Iterator[tuple[str, list[Any]]]:
    """Give the statements, with their values, that read all rows: one, or for an index one for each file."""
    quoted = {column: DUCKDB.quote(column.id) for column in design.held}
    values = [DUCKDB.without_nan(name) if column.type in FLOATING else name for column, name in quoted.items()]
    ready = [stored_row_sql(DUCKDB, delivered, design.columns) for delivered in design.ready]
    groups = [(file,) for file in contents.files] if design.is_index else [contents.files]
    for place, files in enumerate(groups):
        params: list[Any] = []
        number = [str(place)] if design.is_index else []
        source = rows_sql(files, design.held, contents.types, params)
        yield f"SELECT {', '.join([DUCKDB.quote(ROW_COLUMN), *number, *values, *ready])} FROM {source}", params
