"""Lines of CSV and TSV written by PostgreSQL: byte for byte what `catalog.data.exports.tables` makes of the files."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from catalog.data.engines.dialects import Dialect
from catalog.data.engines.ready import joined_sql
from catalog.data.engines.shape import Masked
from catalog.data.formulas import DANGEROUS, NUMBER_PATTERN
from catalog.data.schema import FLOATING, ItemType

_KEEPING = {"pass", "keep", "area4", "area6"}
"""Masks that give the beginning of a text, or stars before its end: what was plain stays so."""
_WRITTEN = {"hmac", "month", "null"}
# A minus between two signs would be a range.
_LEADS = "".join(sign for sign in DANGEROUS if sign != "-") + "-"
_DELIMITERS = ",\t"


class Cell(NamedTuple):
    """An expression, its type, and whether its texts need neither quotes nor an apostrophe."""

    sql: str
    type: ItemType
    is_plain: bool


def is_plain(item: Masked, plain: Collection[str]) -> bool:
    """Say whether a delivered text needs no look, given the ids of columns whose stored texts need none."""
    return item.op in _WRITTEN or (item.op in _KEEPING and item.id in plain)


def line_sql(dialect: Dialect, cells: Sequence[Cell], delimiter: str) -> str:
    """Write one line without its end; what is missing is empty, and a line of one empty cell is no blank line."""
    texts = [f"coalesce({_written(dialect, cell, delimiter)}, '')" for cell in cells]
    if len(texts) == 1:
        return f"""coalesce(nullif({texts[0]}, ''), '""')"""
    # Half the arguments of concat(), each of which PostgreSQL copies: an eighth of the time of a whole file.
    return joined_sql(texts, dialect.literal(delimiter))


def special_pattern(delimiters: str = _DELIMITERS) -> str:
    """Give the regular expression of a text that is quoted or disarmed where one of these signs parts the cells."""
    return f'["\r\n{delimiters}]|^[{_LEADS}]'


def _written(dialect: Dialect, cell: Cell, delimiter: str) -> str:
    if cell.type == ItemType.DATETIME:
        return f"left({dialect.as_text(cell.sql)}, 19)"
    if cell.type in FLOATING:
        # The zero below zero is a zero.
        return dialect.as_text(f"({cell.sql} + 0.0)")
    if not cell.type.is_text:
        return dialect.as_text(cell.sql)
    if cell.is_plain:
        return cell.sql
    patterns = special_pattern(delimiter), f"^[{_LEADS}]", NUMBER_PATTERN, f'["\r\n{delimiter}]'
    special, lead, number, quoted = map(dialect.literal, patterns)
    armed = f"{cell.sql} ~ {lead} AND {cell.sql} !~ {number}"
    guarded = f"(CASE WHEN {armed} THEN concat('''', {cell.sql}) ELSE {cell.sql} END)"
    doubled = f"""concat('"', replace({guarded}, '"', '""'), '"')"""
    whole = f"CASE WHEN {cell.sql} ~ {quoted} THEN {doubled} ELSE {guarded} END"
    return f"CASE WHEN {cell.sql} ~ {special} THEN {whole} ELSE {cell.sql} END"
