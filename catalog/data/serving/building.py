"""Building a serving table from Parquet within one transaction: typed columns, rows ready as JSON, indexes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from psycopg import errors

from catalog.data.duck import identifier
from catalog.data.engines.dialects import POSTGRES
from catalog.data.engines.row_index import FILE_COLUMN
from catalog.data.errors import DamagedFile
from catalog.data.schema import FLOATING, ROW_COLUMN, Column
from catalog.data.serving.design import Built, Contents, Design
from catalog.data.serving.writing import Writer, writer_of, written_names

SCHEMA = "serving"
_BLOCK = 1 << 20


def build_table(cursor: Any, name: str, design: Design, contents: Contents) -> Built:
    """Make and fill a table within the caller's transaction.

    The table is indexed after it is filled. (An unlogged table that is logged in the end is written twice: measured,
    that costs more than the log of its lines.) A transaction that ends early, or whose process dies, leaves nothing
    behind. `cursor` is one of psycopg. Raises DamagedFile (serving_rows) when other rows arrived than the version has.
    """
    table = f"{SCHEMA}.{identifier(name)}"
    cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
    cursor.execute(f"CREATE TABLE {table} ({', '.join(_definitions(design))})")
    with writer_of(design, contents) as writer:
        copied = _copy(cursor, table, design, writer)
        if copied != contents.rows:
            raise DamagedFile("serving_rows", found=copied, expected=contents.rows)
        cursor.execute(f"ALTER TABLE {table} ADD PRIMARY KEY ({identifier(ROW_COLUMN)})")
        indexed = _ordered(cursor, table, design, design.indexed, falling=False)
        falling = _ordered(cursor, table, design, design.falling, falling=True)
        _index_texts(cursor, table, design)
        cursor.execute(f"ANALYZE {table}")
        plain = writer.plain()
    cursor.execute("SELECT pg_total_relation_size(%s::regclass)", [table])
    return Built(
        bytes=int(cursor.fetchone()[0]), indexed=indexed, falling=falling, searched=design.searched, plain=plain
    )


def drop_table(cursor: Any, name: str) -> None:
    """Drop a table that is served no more; a name without a table is no error."""
    cursor.execute(f"DROP TABLE IF EXISTS {SCHEMA}.{identifier(name)}")


def table_names(cursor: Any) -> set[str]:
    """Name the tables that are there."""
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [SCHEMA])
    return {row[0] for row in cursor.fetchall()}


def _definitions(design: Design) -> Iterator[str]:
    yield f"{identifier(ROW_COLUMN)} bigint NOT NULL"
    if design.is_index:
        yield f"{identifier(FILE_COLUMN)} integer NOT NULL"
    for column in design.held:
        # Texts are compared by code point, as the engines of the files do.
        collation = ' COLLATE "C"' if column.type.is_text else ""
        yield f"{identifier(column.id)} {POSTGRES.types[column.type]}{collation}"
    for name in design.ready_names:
        yield f"{identifier(name)} text NOT NULL"


def _ordered(cursor: Any, table: str, design: Design, ids: tuple[str, ...], *, falling: bool) -> tuple[str, ...]:
    return tuple(c.id for c in design.held if c.id in ids and _has_index(cursor, table, c, falling=falling))


def _has_index(cursor: Any, table: str, column: Column, *, falling: bool) -> bool:
    """Index a column together with the row number, which decides ties; texts too long for an index go without."""
    quoted = identifier(column.id)
    indexed = f"({POSTGRES.without_nan(quoted)})" if column.type in FLOATING else quoted
    if falling:
        # As plans order: what is missing comes last, which the index of the rising order read backward would put first.
        indexed += " DESC NULLS LAST"
    cursor.execute("SAVEPOINT serving_index")
    try:
        cursor.execute(f"CREATE INDEX ON {table} ({indexed}, {identifier(ROW_COLUMN)})")
    except errors.ProgramLimitExceeded:
        cursor.execute("ROLLBACK TO SAVEPOINT serving_index")
        return False
    cursor.execute("RELEASE SAVEPOINT serving_index")
    return True


def _index_texts(cursor: Any, table: str, design: Design) -> None:
    """Index the trigrams of texts: as they are where a part of them is asked for, folded where words are searched."""
    for column in design.held:
        name = identifier(column.id)
        if column.id in design.searched:
            cursor.execute(f"CREATE INDEX ON {table} USING gin ({name} gin_trgm_ops)")
        if design.is_searched and column.type.is_text:
            cursor.execute(f"CREATE INDEX ON {table} USING gin (({POSTGRES.folded(name)}) gin_trgm_ops)")


def _copy(cursor: Any, table: str, design: Design, writer: Writer) -> int:
    """Let DuckDB write CSV into a pipe while PostgreSQL reads it: neither holds more than a block."""
    listed = ", ".join(identifier(name) for name in written_names(design))
    with (
        writer.reading() as source,
        cursor.copy(f"COPY {table} ({listed}) FROM STDIN (FORMAT csv)") as copy,
    ):
        while block := source.read(_BLOCK):
            copy.write(block)
    if writer.fault is not None:
        raise DamagedFile("file_unreadable") from writer.fault
    return int(cursor.rowcount)
