"""How exactly a table says where something lies: coordinates in numbers, in texts and geometries, and addresses."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import duckdb

from catalog.data.duck import identifier
from catalog.data.findings import SAMPLE_HITS, SAMPLE_ROWS
from catalog.data.schema import ROW_COLUMN, Column

_TITLE = re.compile(r"经度|纬度|longitude|latitude", re.IGNORECASE)
_NAME = re.compile(r"^(lng|lon|long|lat|longitude|latitude)$", re.IGNORECASE)
#: Well-known text (OGC 06-103r4), GeoJSON, or two numbers with a comma between.
_GEOMETRY = (
    r"\s*(?i:SRID=[0-9]+;)?(?i:(MULTI)?(POINT|LINESTRING|POLYGON)|GEOMETRYCOLLECTION)[^0-9]*[-0-9]"
    r'|\s*[{].*"coordinates"'
    r"|\s*[(]?-?[0-9]{1,3}[.][0-9]+\s*[,，;\s]\s*-?[0-9]{1,3}[.][0-9]+\s*[)]?\s*$"
)
_NUMBER = "[0-9０-９一二三四五六七八九十百]"
_WAY = "(路|街|巷|道|胡同|村|屯|组|小区|社区|公寓|家园|苑|园|里|镇|乡|区|县|市)"
_ADDRESS = rf"[\x{{4e00}}-\x{{9fff}}]{_WAY}[^，。；！？第]{{0,16}}{_NUMBER}\s*(号|栋|幢|座|单元|室|户|弄)"
_SHORTEST_ADDRESS = 6
SHARE = 0.05
"""From this share of the rows on, a column is one of addresses."""
_WORTH_SAMPLING = 10 * SAMPLE_ROWS


@dataclass(frozen=True, slots=True)
class _Question:
    column: str
    condition: str


def coordinate_columns(columns: Sequence[Column], named: Collection[str]) -> list[Column]:
    """Return the numbers that say where something lies: those `named`, and those called longitude or latitude."""
    return [
        column
        for column in columns
        if column.type.is_number
        and (column.name in named or _NAME.match(column.name) or _TITLE.search(f"{column.title} {column.name}"))
    ]


def exact_places(
    connection: duckdb.DuckDBPyConnection, columns: Sequence[Column], named: Collection[str], *, decimals: int
) -> dict[str, int]:
    """Count, by column name, the rows of the view `whole` whose coordinates have more than so many decimals."""
    numbers = [_Question(c.name, _finer(c, decimals)) for c in coordinate_columns(columns, named)]
    texts = [_Question(c.name, _finer_text(c, decimals)) for c in columns if c.type.is_text]
    return _counted(connection, [*numbers, *texts])


def exact_addresses(connection: duckdb.DuckDBPyConnection, columns: Sequence[Column], *, rows: int) -> dict[str, int]:
    """Count, by column name, the rows of the view `whole` that hold an address down to the house or the room.

    Columns are left out in which fewer than SHARE of the rows do. In a large table those are known by a first look
    at some of the rows; the others are counted whole.
    """
    asked = [_Question(column.name, _address(column)) for column in columns if column.type.is_text]
    if rows > _WORTH_SAMPLING:
        some = f"hash({identifier(ROW_COLUMN)}) % {rows // SAMPLE_ROWS} = 0"
        hits = _counted(connection, asked, f"(SELECT * FROM whole WHERE {some})")
        asked = [question for question in asked if hits.get(question.column, 0) >= SAMPLE_HITS]
    return {name: count for name, count in _counted(connection, asked).items() if count >= SHARE * rows}


def _finer(column: Column, decimals: int) -> str:
    name = f"{identifier(column.id)}::DOUBLE"
    return f"abs({name} - round({name}, {decimals})) > 1e-12"


def _finer_text(column: Column, decimals: int) -> str:
    # A point in a text is found many times faster than a form, and most texts have none.
    name = identifier(column.id)
    fine = f"regexp_matches({name}, '[0-9][.][0-9]{{{decimals + 1},}}')"
    return f"CASE WHEN contains({name}, '.') THEN {fine} AND regexp_matches({name}, '^({_GEOMETRY})') ELSE false END"


def _address(column: Column) -> str:
    name = identifier(column.id)
    return f"CASE WHEN length({name}) >= {_SHORTEST_ADDRESS} THEN regexp_matches({name}, '{_ADDRESS}') ELSE false END"


def _counted(
    connection: duckdb.DuckDBPyConnection, asked: Sequence[_Question], source: str = "whole"
) -> dict[str, int]:
    if not asked:
        return {}
    parts = ", ".join(f"count(*) FILTER (WHERE {question.condition})" for question in asked)
    row = connection.execute(f"SELECT {parts} FROM {source}").fetchall()[0]
    return {question.column: count for question, count in zip(asked, row, strict=True) if count}
