"""One file on the workbench: its landed texts as SQL, and how each of them becomes a value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from catalog.data.duck import identifier
from catalog.data.ingest.cells import (
    Cell,
    cell,
    day_number_text,
    decimal_type,
    digits_query,
    typed,
    unprotected,
    valued,
    worked,
)
from catalog.data.ingest.facts import TextFacts
from catalog.data.ingest.headers import HeaderMap
from catalog.data.ingest.landed import Landed, line_of, reading
from catalog.data.schema import SQL_TYPES, Column


@dataclass(frozen=True)
class Job:
    """One file on the workbench: everything the steps below share."""

    connection: duckdb.DuckDBPyConnection
    columns: Sequence[Column]
    cells: dict[str, Cell]
    types: dict[str, str]
    landed: Landed
    folder: Path
    counts_days: bool

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
        """The landed rows, trimmed, worked and typed, as SQL."""
        return self._typed(self.landed.paths)

    def part(self, path: Path) -> str:
        """Give the rows of one landed file, as `source` gives all."""
        return self._typed([path])

    def _typed(self, paths: Sequence[Path]) -> str:
        """Give the staged rows with, for each column, its typed value v…, worked out once for all that ask for it."""
        staged = _staged(self.present, self.landed, paths, counts_days=self.counts_days)
        values = ", ".join(
            f"{typed(column.type, f'w{position}', self.types[column.id])} AS v{position}"
            for position, column in enumerate(self.present)
        )
        return f"(SELECT *, {values} FROM ({staged}))"

    @property
    def is_typed(self) -> bool:
        """Whether the landed texts are the values, each of the right type: only rules may still refuse a cell."""
        return len(self.present) == len(self.columns) and all(self.is_value(column) for column in self.columns)

    def is_value(self, column: Column) -> bool:
        """Say whether the landed texts of a column are its values."""
        return _is_value(column, self.landed)

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
    staged = _staged(present, landed, landed.paths, counts_days=counts_days)
    types = {column.id: SQL_TYPES[column.type] for column in columns}
    for position, column in enumerate(present):
        if column.type.is_decimal:
            query = f"SELECT {digits_query(f'w{position}')} FROM ({staged})"
            types[column.id] = decimal_type(*connection.execute(query).fetchall()[0])
    cells = {
        column.id: cell(column, f"t{position}", f"w{position}", f"v{position}", _facts(column, landed))
        for position, column in enumerate(present)
    }
    return Job(connection, columns, cells, types, landed, folder, counts_days)


def _is_value(column: Column, landed: Landed) -> bool:
    return column.type.is_text and column.id in landed.texts and landed.texts[column.id].is_clean


def _facts(column: Column, landed: Landed) -> TextFacts | None:
    return landed.texts[column.id] if _is_value(column, landed) else None


def _staged(present: Sequence[Column], landed: Landed, paths: Sequence[Path], *, counts_days: bool) -> str:
    """Give the SQL of the landed rows with, for each column, its trimmed text r…, that text or NULL t…, worked w…."""
    texts, values, works = [], [], []
    for position, column in enumerate(present):
        name, raw, text = identifier(column.id), f"r{position}", f"t{position}"
        is_value = _is_value(column, landed)
        texts.append(f"{name if is_value else unprotected(name)} AS {raw}")
        values.append(f"{raw}, {raw if is_value else valued(column.type, raw)} AS {text}")
        works.append(f"{raw}, {text}, {_worked(column, text, counts_days=counts_days)} AS w{position}")
    inner = f"SELECT {line_of(landed)} AS line, {', '.join(texts)} FROM {reading(paths)}"
    return f"SELECT line, {', '.join(works)} FROM (SELECT line, {', '.join(values)} FROM ({inner}))"


def _worked(column: Column, text: str, *, counts_days: bool) -> str:
    work = worked(column.type, text)
    return day_number_text(work) if counts_days and column.type.is_time else work
