"""Lines of a whole delivery: from its serving table where PostgreSQL writes the same bytes, else from the files."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from catalog.data.engines import Engine, Query
from catalog.data.engines.alike import is_written_alike
from catalog.data.engines.postgres import PostgresEngine
from catalog.data.engines.sql import Kind
from catalog.data.engines.stretches import can_stretch
from catalog.data.errors import EngineLimit, ServingGone

_BLOCK = 1 << 18


def served_lines(
    engine: Engine, query: Query, kind: Kind, from_files: Callable[[Query], Iterator[bytes]]
) -> Iterator[bytes]:
    """Give whole lines in blocks; a table that goes away midway is followed by the files from where it ended."""
    rest: Query | None = query
    if isinstance(engine, PostgresEngine) and is_writable(query, kind, engine.table.plain):
        try:
            for piece in engine.pieces(query, kind):
                yield from _blocks(piece.lines, kind)
                rest = piece.rest
        except ServingGone:
            pass
        except EngineLimit:
            # An order that takes PostgreSQL too long is the files' to make, which have the time of whole deliveries.
            if not query.plan.order:
                raise
        else:
            return
    if rest is not None:
        yield from from_files(rest)


def is_writable(query: Query, kind: Kind, plain: Collection[str]) -> bool:
    """Say whether PostgreSQL writes these rows as the files do, given the ids of the table's plain columns."""
    in_json = kind is Kind.LINES
    return can_stretch(query) and all(
        is_written_alike(field, planned, query.types.get(field.id, ""), plain, in_json=in_json)
        for field, planned in zip(query.fields, query.plan.delivered, strict=True)
    )


def _blocks(lines: bytes, kind: Kind) -> Iterator[bytes]:
    """Cut a piece into blocks of whole lines or, in CSV, at any place: who watches asks between two blocks."""
    at = 0
    while at < len(lines):
        end = at + _BLOCK
        if kind is Kind.LINES:
            end = lines.find(b"\n", end - 1) + 1 or len(lines)
        yield lines[at:end]
        at = end
