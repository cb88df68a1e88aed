"""One file on the workbench: its landed texts as SQL, and how each of them becomes a value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from catalog.data.duck import literal
from catalog.data.ingest.cells import (
    Cell,
    cell,
    day_number_text,
    decimal_type,
    digits_query,
    unprotected,
    valued,
    worked,
)
from catalog.data.ingest.headers import HeaderMap
from catalog.data.ingest.landing import Landed, text_name
from catalog.data.schema import SQL_TYPES, Column


@dataclass(frozen=True)
class Job:
    """One file on the workbench: everything the steps below share."""

    connection: duckdb.DuckDBPyConnection
    columns: Sequence[Column]
    cells: dict[str, Cell]
    types: dict[str, str]
    landed: Landed
    staged: str
    folder: Path

    @property
    def present(self) -> list[Column]:
        """The declared columns that the file has."""
        return [column for column in self.columns if column.id in self.cells]

    @property
    def keys(self) -> list[Column]:
        """The columns of the key; none where the file lacks one of them."""
        keys = [column for column in self.columns if column.primary_key]
        return keys if all(column.id in self.cells for column in keys) else []

    @property
    def source(self) -> str:
        """The landed rows, trimmed and worked, as SQL."""
        return f"({self.staged})"

    @property
    def rejects(self) -> Path:
        """Where all rejects are gathered."""
        return self.folder / "rejects.parquet"


def prepare(
    connection: duckdb.DuckDBPyConnection,
    columns: Sequence[Column],
    header: HeaderMap,
    landed: Landed,
    folder: Path,
    *,
    counts_days: bool,
) -> Job:
    """Set up the steps on a landed file; decimals are as wide as their widest value."""
    present = [column for column in columns if column.id in header.positions]
    staged = _staged(present, header, landed, counts_days=counts_days)
    types = {column.id: SQL_TYPES[column.type] for column in columns}
    for position, column in enumerate(present):
        if column.type.is_decimal:
            query = f"SELECT {digits_query(f'w{position}')} FROM ({staged})"
            types[column.id] = decimal_type(*connection.execute(query).fetchall()[0])
    cells = {
        column.id: cell(column, f"t{position}", f"w{position}", types[column.id])
        for position, column in enumerate(present)
    }
    return Job(connection, columns, cells, types, landed, staged, folder)


def _staged(present: Sequence[Column], header: HeaderMap, landed: Landed, *, counts_days: bool) -> str:
    """Give the SQL of the landed rows with, for each column, its trimmed text r…, that text or NULL t…, worked w…."""
    sources = [text_name(header.positions[column.id]) for column in present]
    texts = ", ".join(f"{unprotected(source)} AS r{position}" for position, source in enumerate(sources))
    values = ", ".join(
        f"r{position}, {valued(column.type, f'r{position}')} AS t{position}" for position, column in enumerate(present)
    )
    works = ", ".join(
        f"r{position}, t{position}, {_worked(column, f't{position}', counts_days=counts_days)} AS w{position}"
        for position, column in enumerate(present)
    )
    inner = f"SELECT line, {texts} FROM read_parquet({literal(str(landed.path))})"
    return f"SELECT line, {works} FROM (SELECT line, {values} FROM ({inner}))"


def _worked(column: Column, text: str, *, counts_days: bool) -> str:
    work = worked(column.type, text)
    return day_number_text(work) if counts_days and column.type.is_time else work
