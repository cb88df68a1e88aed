"""Whole deliveries as lines out of a serving table, stretch by stretch, in short statements."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Protocol

from catalog.data.engines.base import Query
from catalog.data.engines.sql import PIECES, Written
from catalog.data.errors import EngineLimit
from catalog.data.plan.model import MAX_LIMIT

FIRST_ROWS = 4_096
MOST_ROWS = 1 << 20
AIM_BYTES = 1 << 20


@dataclass(frozen=True)
class Piece:
    """Whole lines, and the query of all that follows them; None where nothing does."""

    lines: bytes
    rest: Query | None


class Asker(Protocol):
    """What asks a serving table."""

    def ask(self, sql: str, params: list[Any], *, binary: bool = False) -> list[tuple[Any, ...]]:
        """Carry out one statement."""


def can_stretch(query: Query) -> bool:
    """Say whether a delivery is made of short statements: by row number, or at most one page by an order.

    By another order each stretch would sort the whole table anew, where the files are sorted once; and the numbers of
    a count would all be counted anew.
    """
    plan = query.plan
    if plan.count is not None:
        return False
    return not plan.order or (plan.limit is not None and plan.offset + plan.limit <= MAX_LIMIT)


def stretches(
    asker: Asker, query: Query, written: Written, span: tuple[int, int] | None, row_at: Callable[[int], int | None]
) -> Iterator[Piece]:
    """Give the lines of a query that can be stretched, in pieces of about a MiB.

    `span` is the first and the last row number of the table, None where it has no row; `row_at` gives the number of
    the row before which there are so many others of the query. Raises EngineLimit, ServingGone.
    """
    plan, end = query.plan, PIECES[written.kind][0].encode()
    if span is None:
        return
    if plan.order:
        lines = asker.ask(written.sql, written.params(query), binary=True)[0][0]
        if lines is not None:
            yield Piece(lines + end, None)
        return
    at = _start(query, span[0], row_at)
    left, rows = plan.limit, FIRST_ROWS
    while at is not None and at <= span[1] and left != 0:
        try:
            lines, *counted = asker.ask(written.sql, written.params(query, (at, at + rows, left or 0)), binary=True)[0]
        except EngineLimit:
            if rows == 1:
                raise
            rows //= 2
            continue
        at += rows
        left = None if left is None else left - int(counted[0])
        if lines is not None:
            yield Piece(lines + end, None if left == 0 else _rest(query, at - 1, left))
        size = len(lines or b"") or 1
        rows = max(1, min(MOST_ROWS, rows * 2, rows * AIM_BYTES // size))


def _rest(query: Query, row: int, left: int | None) -> Query:
    return replace(query, plan=replace(query.plan, after=(row,), offset=0, limit=left))


def _start(query: Query, first: int, row_at: Callable[[int], int | None]) -> int | None:
    plan = query.plan
    if plan.after is not None:
        return max(first, int(plan.after[-1]) + 1)
    return row_at(plan.offset) if plan.offset else first
