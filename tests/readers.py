"""Other people's readers of our tables, as their own manuals set them up."""

from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb
import pytest


@pytest.fixture
def iceberg_reader() -> duckdb.DuckDBPyConnection:
    """DuckDB with its Iceberg reader, from the wheels; nothing is downloaded."""
    connection = duckdb.connect(config={"autoinstall_known_extensions": False, "autoload_known_extensions": False})
    for name in ("httpfs", "avro", "iceberg"):
        folder = Path(str(files(f"duckdb_extension_{name}")))
        connection.execute(f"LOAD '{next(folder.rglob(f'{name}.duckdb_extension'))}'")
    connection.execute("SET enable_progress_bar = false")
    return connection


def scan(reader: duckdb.DuckDBPyConnection, place: str, more: str = "") -> list[dict[str, Any]]:
    """Read the table whose metadata lies at `place`."""
    found: list[dict[str, Any]] = (
        reader.sql(f"SELECT * FROM iceberg_scan('{place}') {more}").to_arrow_table().to_pylist()
    )
    return found
