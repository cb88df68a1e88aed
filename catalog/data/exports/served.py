"""Lines of a whole delivery: from its serving table where PostgreSQL writes the same bytes, else from the files."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from catalog.data.engines import Engine, Query
from catalog.data.engines.postgres import PostgresEngine
from catalog.data.engines.sql import Kind
from catalog.data.errors import ServingGone
from catalog.data.schema import FLOATING, Column

_BLOCK = 1 << 18
_SCALE = re.compile(r"DECIMAL\(\d+,\s*(\d+)\)")
_MOST_SCALE = 4
"""Beyond it, JSON libraries write the smallest decimals with an exponent, and PostgreSQL does not."""


def served_lines(
    engine: Engine, query: Query, kind: Kind, from_files: Callable[[Query], Iterator[bytes]]
) -> Iterator[bytes]:
    """Give whole lines in blocks; a table that goes away midway is followed by the files from where it ended."""
    rest = query
    if isinstance(engine, PostgresEngine) and is_writable(query, kind):
        try:
            for piece in engine.pieces(query, kind):
                yield from _blocks(piece.lines, kind)
                rest = replace(query, plan=replace(query.plan, after=(piece.until - 1,)))
        except ServingGone:
            pass
        else:
            return
    yield from from_files(rest)


def is_writable(query: Query, kind: Kind) -> bool:
    """Say whether PostgreSQL writes these rows as the files do: by row number, and no number spelled in another way."""
    plan = query.plan
    is_all = plan.limit is None and plan.after is None and not plan.offset and not plan.order and plan.count is None
    if not is_all or any(field.type in FLOATING for field in query.fields):
        return False
    return kind is not Kind.LINES or all(_scale(field, query.types) <= _MOST_SCALE for field in query.fields)


def _scale(field: Column, types: Mapping[str, str]) -> int:
    if not field.type.is_decimal:
        return 0
    found = _SCALE.fullmatch(types.get(field.id, ""))
    return int(found.group(1)) if found else _MOST_SCALE + 1


def _blocks(lines: bytes, kind: Kind) -> Iterator[bytes]:
    """Cut a piece into blocks of whole lines or, in CSV, at any place: who watches asks between two blocks."""
    at = 0
    while at < len(lines):
        end = at + _BLOCK
        if kind is Kind.LINES:
            end = lines.find(b"\n", end - 1) + 1 or len(lines)
        yield lines[at:end]
        at = end
