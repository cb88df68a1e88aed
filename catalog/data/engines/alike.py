"""Which values PostgreSQL and the libraries of the files write by the same signs."""

from __future__ import annotations

import re
from collections.abc import Collection

from catalog.data.duck import identifier, literal
from catalog.data.engines.lines import special_pattern
from catalog.data.plan import PlanColumn
from catalog.data.schema import FLOATING, Column

_SCALE = re.compile(r"DECIMAL\(\d+,\s*(\d+)\)")
_MOST_SCALE = 4
"""Decimals of so few digits after the point are never so small that JSON libraries write them with an exponent."""
_SMALLEST, _LARGEST = "0.0001", "10000000000"
"""From the one up to the other nobody writes a floating number with an exponent; decimals have none above."""
_MOST_DIGITS = 15
"""So few digits are the shortest text of one floating number only, so that all who write the shortest write these. Of
more digits, or beyond 2**53, PostgreSQL takes another text where the shortest lies halfway between two numbers (1e23).
"""


def plain_sql(column: Column) -> str | None:
    """Ask DuckDB whether all values of a column of a version are plain; None where there is nothing to ask.

    A plain text holds no sign that a file of lines must quote or disarm; a plain number is written alike by all.
    """
    name = identifier(column.id)
    if column.type.is_text:
        return f"NOT coalesce(bool_or(regexp_matches({name}, {literal(special_pattern())})), false)"
    if not column.type.is_decimal and column.type not in FLOATING:
        return None
    # As it is, the longest decimal cannot be compared with a finer one.
    size = f"abs(CAST({name} AS DOUBLE))"
    is_usual = f"{name} = 0 OR {size} >= {_SMALLEST}"
    if column.type in FLOATING:
        digits = f"ltrim(replace(replace(CAST({name} AS VARCHAR), '-', ''), '.', ''), '0')"
        is_usual += f" AND {size} < {_LARGEST} AND length({digits}) <= {_MOST_DIGITS} OR isnan({name})"
    return f"coalesce(bool_and({is_usual}), true)"


def is_written_alike(column: Column, planned: PlanColumn, kind: str, plain: Collection[str], *, in_json: bool) -> bool:
    """Say whether PostgreSQL writes the delivered values of a column as the files are written.

    `column` is as it is delivered, `kind` its physical type over the version, `plain` the ids of plain columns.
    """
    is_plain = planned.op == "pass" and column.id in plain
    if column.type in FLOATING:
        # What a mask rounds is another number than the one that was looked at.
        return is_plain
    return is_plain or not in_json or not column.type.is_decimal or _scale(kind) <= _MOST_SCALE


def _scale(kind: str) -> int:
    found = _SCALE.fullmatch(kind)
    return int(found.group(1)) if found else _MOST_SCALE + 1
