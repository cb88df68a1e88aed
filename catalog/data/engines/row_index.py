"""The index of a version too large for a table: PostgreSQL holds few columns and says which rows a question needs.

It only ever leaves rows out. The engine of the files reads what is left under the whole plan, with its masks and
conditions, so that an index that said too much, or too little, would show no more than the plan allows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol

from catalog.data.engines.base import Query
from catalog.data.engines.dialects import POSTGRES
from catalog.data.engines.postgres import PostgresEngine
from catalog.data.engines.sql import Kind, Source, statement
from catalog.data.errors import EngineLimit
from catalog.data.plan import DeliveryPlan, Part, PlanColumn, leaves
from catalog.data.plan.model import MAX_LIMIT

FILE_COLUMN = "__file"
TRIGRAM = 3
MOST_ROWS = MAX_LIMIT + 1
"""Rows that are named to the engine of the files at once: a page of the largest size, and the row that follows it."""


@dataclass(frozen=True)
class Found:
    """The rows a question needs, their files by place in the version, and whether these are exactly its page."""

    rows: tuple[int, ...]
    files: frozenset[int]
    is_page: bool


class Hopeless(Protocol):
    """Statements that took more than they may, as they are before values are bound: they name the table and the shape
    of the question, and neither what is looked for nor who looks.
    """

    def has(self, sql: str) -> bool:
        """Say whether a statement was too much a short while ago."""

    def add(self, sql: str) -> None:
        """Remember one for a while."""


class RowIndex:
    """Answers from a table of few columns, the row number and the place of its file in the version.

    `by_value` are ids of the columns with an index by value, which is a rising order too; `by_part` of texts with an
    index by a part of them; `falling` of those with an index in falling order. What is `hopeless` is not asked again.
    """

    def __init__(
        self,
        table: PostgresEngine,
        by_value: frozenset[str],
        by_part: frozenset[str] = frozenset(),
        falling: frozenset[str] = frozenset(),
        hopeless: Hopeless | None = None,
    ) -> None:
        self.table = table
        self._hopeless = hopeless
        self.held = by_value | by_part | falling
        self._rising = by_value
        self._falling = falling
        self._source = Source(table.table.name, file=FILE_COLUMN)

    def find(self, query: Query) -> Found | None:
        """Find the rows of a page, or those among which the files must look; None where it takes the files anyway.

        Raises EngineLimit, ServingGone.
        """
        asked = self._asked(query)
        if asked is None:
            return None
        is_page = asked.is_all and query.plan.limit is not None
        plan = asked.plan
        if not is_page:
            plan = replace(plan, order=(), after=None, offset=0, limit=MOST_ROWS)
        found = self._ask(replace(query, plan=plan), Kind.PLACES)
        if found is None or len(found) > MOST_ROWS:
            return None
        return Found(tuple(row[-1] for row in found), frozenset(row[0] for row in found), is_page)

    def count(self, query: Query) -> int | None:
        """Count the rows of a question that the held columns answer alone. Raises EngineLimit, ServingGone."""
        asked = self._asked(query)
        if asked is None or not asked.is_all:
            return None
        found = self._ask(replace(query, plan=asked.plan), Kind.COUNT)
        return None if found is None else int(found[0][0])

    def _ask(self, query: Query, kind: Kind) -> list[tuple[int, ...]] | None:
        """Ask the table; None for a statement known to be too much. Raises EngineLimit where it turns out so."""
        found = statement(query, kind, POSTGRES, self._source)
        if self._hopeless is not None and self._hopeless.has(found.sql):
            return None
        try:
            return self.table.ask(found.sql, found.params)
        except EngineLimit:
            if self._hopeless is not None:
                self._hopeless.add(found.sql)
            raise

    def _asked(self, query: Query) -> _Asked | None:
        """Take from a plan what the held columns decide; None where they decide nothing."""
        plan = query.plan
        if plan.count is not None:
            return None
        held = {column.name for column in query.columns if column.id in self.held}
        plain = {item.name for item in (*plan.delivered, *plan.hidden) if item.op == "pass"} & held
        where, filters = tuple(_within(plan.where, held)), tuple(_within(plan.filters, plain))
        ordered = {entry.removeprefix("-") for entry in plan.order}
        is_all = (
            len(where) == len(plan.where) and len(filters) == len(plan.filters) and not plan.search and ordered <= plain
        )
        # Without such a condition only what an index has in order already spares the files anything.
        is_sorted = is_all and bool(plan.order) and self._has_order(query, plan.order[0])
        if not any(map(_spares, (*where, *filters))) and not is_sorted:
            return None
        needed = {condition.column for condition in leaves(filters)} | (ordered if is_all else set())
        columns = tuple(PlanColumn(column.name) for column in query.columns if column.name in needed)
        if not is_all:
            plan = replace(plan, order=(), after=None)
        # A plan has a column at least, and this one has no value.
        columns = columns or (PlanColumn(query.columns[0].name, "null"),)
        return _Asked(replace(plan, columns=columns, hidden=(), where=where, filters=filters, search=""), is_all)

    def _has_order(self, query: Query, entry: str) -> bool:
        """Say whether an index has an order: the other one read backward would put first what is missing."""
        column = query.column(entry.removeprefix("-"))
        return column.id in (self._falling if entry.startswith("-") else self._rising)


@dataclass(frozen=True)
class _Asked:
    plan: DeliveryPlan
    is_all: bool


def _within(parts: tuple[Part, ...], names: set[str]) -> Iterator[Part]:
    """Give the parts that compare these columns alone."""
    return (part for part in parts if all(condition.column in names for condition in leaves((part,))))


def _spares(part: Part) -> bool:
    """Say whether an index finds the rows of a part: a piece of text of fewer than three characters has no trigram."""
    return all(condition.op != "like" or len(str(condition.value)) >= TRIGRAM for condition in leaves((part,)))
