"""Small Parquet files for the tests of privacy."""

from collections.abc import Sequence
from pathlib import Path

import duckdb

from catalog.data.schema import SQL_TYPES, Column
from catalog.data.store import Location


def parquet(path: Path, columns: Sequence[Column], rows: Sequence[Sequence[object]]) -> Location:
    """Write rows under the ids of their columns; row numbers begin at 2, after a header."""
    with duckdb.connect(":memory:") as connection:
        fill(connection, columns, rows)
        connection.execute(f"COPY whole TO '{path}'")
    return Location(str(path))


def fill(connection: duckdb.DuckDBPyConnection, columns: Sequence[Column], rows: Sequence[Sequence[object]]) -> None:
    """Make the table `whole` of rows."""
    listed = ", ".join(f"{column.id} {SQL_TYPES[column.type]}" for column in columns)
    connection.execute(f"CREATE OR REPLACE TABLE whole (__row BIGINT, {listed})")
    marks = ", ".join("?" for _ in range(len(columns) + 1))
    connection.executemany(f"INSERT INTO whole VALUES ({marks})", [[at, *row] for at, row in enumerate(rows, 2)])
