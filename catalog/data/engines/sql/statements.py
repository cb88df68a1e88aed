"""Statements: SQL written once per shape, dialect and source, with the values of each query bound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from catalog.data.engines.base import Query
from catalog.data.engines.dialects import Dialect
from catalog.data.engines.shape import Shape, shape_of
from catalog.data.engines.sql.draft import Draft
from catalog.data.engines.sql.kinds import Kind
from catalog.data.engines.sql.selecting import select_sql
from catalog.data.engines.sql.source import Slot, Source
from catalog.data.engines.sql.values import values_of

_KEPT = 2_000


@dataclass(frozen=True)
class Statement:
    """SQL with its parameters in order."""

    sql: str
    params: list[Any]


def statement(query: Query, kind: Kind, dialect: Dialect, source: Source) -> Statement:
    """Compile a query for an engine; a page asks for one row more than its limit, to know whether more follow.

    A page gives the delivered columns (JSON: all of them as one object), then the ordering columns as text and the
    row number. CSV, TSV and LINES (of JSON) give lines as one text in UTF-8: by an order of the plan, all that it cuts
    out; else those of the row numbers of a stretch (its end excluded), by ascending row number, and where the plan has
    a limit, so many of them as the stretch says, and their number.
    """
    found = written(query, kind, dialect, source)
    return Statement(found.sql, found.params(query))


@dataclass(frozen=True)
class Written:
    """The SQL of all queries of one shape, and where the values of its placeholders come from."""

    sql: str
    slots: tuple[Slot, ...]
    kind: Kind
    dialect: Dialect

    def params(self, query: Query, stretch: Sequence[int] = ()) -> list[Any]:
        """Give the values of a query of this shape, in order; `stretch` is a piece's row numbers and limit."""
        return values_of(query, self.kind, self.dialect, self.slots, stretch)


def written(query: Query, kind: Kind, dialect: Dialect, source: Source) -> Written:
    """Write the SQL of a query's shape, or give it as it was written before."""
    return _written(shape_of(query), kind, dialect, source)


@lru_cache(maxsize=_KEPT)
def _written(shape: Shape, kind: Kind, dialect: Dialect, source: Source) -> Written:
    draft = Draft(shape, dialect, source)
    sql = select_sql(draft, kind)
    return Written(sql, tuple(draft.slots), kind, dialect)
