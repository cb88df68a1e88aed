"""The rows of many files as one table in SQL: columns by id, a column that an old file lacks is missing there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from catalog.data.duck import identifier, literal
from catalog.data.schema import ROW_COLUMN, SQL_TYPES, Column
from catalog.data.store import Location


def rows_sql(
    files: Sequence[Location], columns: Sequence[Column], types: Mapping[str, str], params: list[Any] | None = None
) -> str:
    """Give what stands after FROM: `__row` and the columns by id, in the order of the files and of their rows.

    `types` is the physical type of each column over the whole version (`catalog.data.manifest.common_layout`): a
    file that has another is read in that one, so that a value reads the same whichever files are asked. The
    addresses are appended to `params`, or written into the text without it. Where all files agree this is the plain
    reader, which opens a file only when it gets there.
    """
    if not files:
        return f"(SELECT NULL::BIGINT AS {identifier(ROW_COLUMN)}{_empty(columns, types)} WHERE false)"
    layouts = [dict(file.layout) for file in files]
    if all(_agrees(layout, columns, types) for layout in layouts):
        return f"read_parquet({_listed(files, params)})"
    listed = "".join(f", {_read(column, types, layouts)} AS {identifier(column.id)}" for column in columns)
    source = f"read_parquet({_listed(files, params)}, union_by_name = true)"
    return f"(SELECT {identifier(ROW_COLUMN)}{listed} FROM {source})"


def _listed(files: Sequence[Location], params: list[Any] | None) -> str:
    if params is None:
        return f"[{', '.join(literal(file.address) for file in files)}]"
    params.append([file.address for file in files])
    return "?"


def type_in(types: Mapping[str, str], column: Column) -> str:
    """Give the physical type in which a column of a version is read."""
    return types.get(column.id) or SQL_TYPES[column.type]


def _empty(columns: Sequence[Column], types: Mapping[str, str]) -> str:
    return "".join(f", NULL::{type_in(types, column)} AS {identifier(column.id)}" for column in columns)


def _agrees(layout: Mapping[str, str], columns: Sequence[Column], types: Mapping[str, str]) -> bool:
    return not layout or all(layout.get(column.id) == type_in(types, column) for column in columns)


def _read(column: Column, types: Mapping[str, str], layouts: Sequence[Mapping[str, str]]) -> str:
    kinds = {layout[column.id] for layout in layouts if column.id in layout}
    value, kind = identifier(column.id) if kinds else "NULL", type_in(types, column)
    if kinds and kinds != {kind}:
        # DuckDB 1.5.5 hands a comparison down to each file and rounds the compared value to the type found there:
        # 2.675 then finds 2.68 in a file of two decimals. It does not hand down what it cannot see through.
        value = f"CASE WHEN {value} IS NOT NULL THEN {value} END"
    return f"CAST({value} AS {kind})"
