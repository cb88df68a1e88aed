"""Building a serving table from Parquet: typed columns, rows ready as JSON, the row number, indexes."""

from __future__ import annotations

import fcntl
import io
import os
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from psycopg import errors

from catalog.data.duck import Limits, attach_buckets, identifier, literal, workbench
from catalog.data.engines.dialects import DUCKDB, POSTGRES
from catalog.data.engines.lines import special_pattern
from catalog.data.engines.ready import ready_name, stored_row_sql
from catalog.data.errors import DamagedFile
from catalog.data.plan import PlanColumn
from catalog.data.rows import rows_sql
from catalog.data.schema import FLOATING, ROW_COLUMN, Column
from catalog.data.store import Location

SCHEMA = "serving"
_BLOCK = 1 << 20
_PIPE = 1 << 20
_LIMITS = Limits(memory="512MB", threads=1, seconds=None)


@dataclass(frozen=True, kw_only=True)
class Design:
    """What a table holds: the columns of its version, indexes by column id, whether texts are searched in, and the
    columns with masks whose rows are kept ready as JSON.
    """

    columns: tuple[Column, ...]
    indexed: tuple[str, ...] = ()
    is_searched: bool = False
    ready: tuple[tuple[PlanColumn, ...], ...] = ()

    @property
    def ready_names(self) -> list[str]:
        """The columns that hold rows ready as JSON."""
        return [ready_name(delivered) for delivered in self.ready]


@dataclass(frozen=True, kw_only=True)
class Contents:
    """Where the rows are: the files of the version in order, the physical types, and how many rows there must be."""

    files: tuple[Location, ...]
    types: Mapping[str, str]
    rows: int


@dataclass(frozen=True, kw_only=True)
class Built:
    """What was made: bytes with indexes, the ids of the columns that have an index, and of those whose texts hold no
    sign that a file of lines must quote or disarm.
    """

    bytes: int
    indexed: tuple[str, ...]
    plain: tuple[str, ...]


def build_table(cursor: Any, name: str, design: Design, contents: Contents) -> Built:
    """Make and fill a table within the caller's transaction.

    The table is indexed after it is filled. (An unlogged table that is logged in the end is written twice: measured,
    that costs more than the log of its lines.) A transaction that ends early, or whose process dies, leaves nothing
    behind. `cursor` is one of psycopg. Raises DamagedFile (serving_rows) when other rows arrived than the version has.
    """
    table = f"{SCHEMA}.{identifier(name)}"
    cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
    cursor.execute(f"CREATE TABLE {table} ({', '.join(_definitions(design))})")
    with _source(design, contents) as writer:
        copied = _copy(cursor, table, design, writer)
        if copied != contents.rows:
            raise DamagedFile("serving_rows", found=copied, expected=contents.rows)
        cursor.execute(f"ALTER TABLE {table} ADD PRIMARY KEY ({identifier(ROW_COLUMN)})")
        indexed = tuple(column.id for column in design.columns if _has_index(cursor, table, column, design))
        if design.is_searched:
            _index_texts(cursor, table, design)
        cursor.execute(f"ANALYZE {table}")
        plain = writer.plain()
    cursor.execute("SELECT pg_total_relation_size(%s::regclass)", [table])
    return Built(bytes=int(cursor.fetchone()[0]), indexed=indexed, plain=plain)


def drop_table(cursor: Any, name: str) -> None:
    """Drop a table that is served no more; a name without a table is no error."""
    cursor.execute(f"DROP TABLE IF EXISTS {SCHEMA}.{identifier(name)}")


def table_names(cursor: Any) -> set[str]:
    """Name the tables that are there."""
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [SCHEMA])
    return {row[0] for row in cursor.fetchall()}


def columns_to_index(columns: Sequence[Column], chosen: Sequence[str]) -> tuple[str, ...]:
    """Give the ids of the keys and of what was chosen, as far as the version has them, in its order."""
    return tuple(column.id for column in columns if column.primary_key or column.id in chosen)


def _definitions(design: Design) -> Iterator[str]:
    yield f"{identifier(ROW_COLUMN)} bigint NOT NULL"
    for column in design.columns:
        # Texts are compared by code point, as the engines of the files do.
        collation = ' COLLATE "C"' if column.type.is_text else ""
        yield f"{identifier(column.id)} {POSTGRES.types[column.type]}{collation}"
    for name in design.ready_names:
        yield f"{identifier(name)} text NOT NULL"


def _has_index(cursor: Any, table: str, column: Column, design: Design) -> bool:
    """Index a column together with the row number, which decides ties; texts too long for an index go without."""
    if column.id not in design.indexed:
        return False
    quoted = identifier(column.id)
    indexed = f"({POSTGRES.without_nan(quoted)})" if column.type in FLOATING else quoted
    cursor.execute("SAVEPOINT serving_index")
    try:
        cursor.execute(f"CREATE INDEX ON {table} ({indexed}, {identifier(ROW_COLUMN)})")
    except errors.ProgramLimitExceeded:
        cursor.execute("ROLLBACK TO SAVEPOINT serving_index")
        return False
    cursor.execute("RELEASE SAVEPOINT serving_index")
    return True


def _index_texts(cursor: Any, table: str, design: Design) -> None:
    """Index the trigrams of every text, since a search looks into all of them."""
    for column in design.columns:
        if column.type.is_text:
            folded = POSTGRES.folded(identifier(column.id))
            cursor.execute(f"CREATE INDEX ON {table} USING gin (({folded}) gin_trgm_ops)")


@contextmanager
def _source(design: Design, contents: Contents) -> Iterator[_Writer]:
    with tempfile.TemporaryDirectory(prefix="songhua-serving-") as folder, workbench(Path(folder), _LIMITS) as duck:
        attach_buckets(duck, contents.files)
        writer = _Writer(duck, design, contents)
        try:
            yield writer
        finally:
            # Where PostgreSQL refused a row nobody reads any more, and the writer ends by a broken pipe.
            writer.end()


def _copy(cursor: Any, table: str, design: Design, writer: _Writer) -> int:
    """Let DuckDB write CSV into a pipe while PostgreSQL reads it: neither holds more than a block."""
    listed = ", ".join(identifier(name) for name in (ROW_COLUMN, *(c.id for c in design.columns), *design.ready_names))
    with (
        writer.reading() as source,
        cursor.copy(f"COPY {table} ({listed}) FROM STDIN (FORMAT csv)") as copy,
    ):
        while block := source.read(_BLOCK):
            copy.write(block)
    if writer.fault is not None:
        raise DamagedFile("file_unreadable") from writer.fault
    return int(cursor.rowcount)


class _Writer(threading.Thread):
    """Writes all rows into one end of a pipe, and then looks which texts are plain, while others make the indexes.

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
        """Give the ids of the columns whose texts are plain in every row."""
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
        params: list[Any] = []
        sql = _rows(self._design, self._contents, params)
        try:
            self._duck.execute(f"COPY ({sql}) TO '/dev/fd/{self._end}' (FORMAT csv, HEADER false)", params)
        finally:
            os.close(self._end)

    def _find_plain(self) -> tuple[str, ...]:
        params: list[Any] = []
        texts = [column for column in self._design.columns if column.type.is_text]
        if not texts:
            return ()
        pattern = literal(special_pattern())
        asked = [f"coalesce(bool_or(regexp_matches({DUCKDB.quote(column.id)}, {pattern})), false)" for column in texts]
        source = rows_sql(self._contents.files, texts, self._contents.types, params)
        found = self._duck.execute(f"SELECT {', '.join(asked)} FROM {source}", params).fetchone() or ()
        return tuple(column.id for column, is_special in zip(texts, found, strict=True) if not is_special)


def _rows(design: Design, contents: Contents, params: list[Any]) -> str:
    quoted = {column: DUCKDB.quote(column.id) for column in design.columns}
    values = [DUCKDB.without_nan(name) if column.type in FLOATING else name for column, name in quoted.items()]
    ready = [stored_row_sql(DUCKDB, delivered, design.columns) for delivered in design.ready]
    source = rows_sql(contents.files, design.columns, contents.types, params)
    return f"SELECT {', '.join([DUCKDB.quote(ROW_COLUMN), *values, *ready])} FROM {source}"
