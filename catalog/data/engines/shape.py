"""The shape of a query: all that decides its SQL and none of its values, so that SQL is written once per shape."""

from __future__ import annotations

import re
from dataclasses import dataclass

from catalog.data.engines.base import Query
from catalog.data.plan import Condition, Group, Part, PlanColumn
from catalog.data.schema import ItemType

_DECIMAL = re.compile(r"DECIMAL\((\d+),\s*(\d+)\)")
MOST_WHOLE = 20
"""Digits before the point of the values that a condition takes (`catalog.data.plan.conditions`)."""


@dataclass(frozen=True)
class Masked:
    """A planned column: physical name, delivered name, declared type, mask with its parameters, delivered type."""

    id: str
    name: str
    type: ItemType
    op: str
    params: tuple[tuple[str, int], ...]
    gives: ItemType


@dataclass(frozen=True)
class Leaf:
    """A condition without its value: column, comparison, how many values, and what `null` asks for.

    `is_finer` says that a value has more digits after the point than the column, which may hold numbers so long that
    they cannot be written with so many.
    """

    column: str
    op: str
    size: int
    flag: bool
    is_finer: bool = False


@dataclass(frozen=True)
class Branch:
    """A group of conditions."""

    word: str
    parts: tuple[Leaf | Branch, ...]


@dataclass(frozen=True)
class Shape:
    """Equal shapes have equal SQL. `after` says for each order value of the cursor whether it is missing; `rows` is the
    number of placeholders for row numbers, None where none are named.
    """

    sources: tuple[tuple[str, str, ItemType], ...]
    delivered: tuple[Masked, ...]
    hidden: tuple[Masked, ...]
    where: tuple[Leaf | Branch, ...]
    filters: tuple[Leaf | Branch, ...]
    search: bool
    order: tuple[str, ...]
    after: tuple[bool, ...] | None
    limit: bool
    offset: bool
    smallest: int | None
    counted: str
    rows: int | None


def shape_of(query: Query) -> Shape:
    """Take the shape of a query."""
    plan = query.plan
    compared = {condition.column for condition in plan.source_conditions}
    return Shape(
        sources=tuple((column.name, column.id, column.type) for column in query.columns if column.name in compared),
        delivered=tuple(_masked(query, item) for item in plan.delivered),
        hidden=tuple(_masked(query, item) for item in plan.hidden),
        where=tuple(_outline(query, part) for part in plan.where),
        filters=tuple(_outline(query, part) for part in plan.filters),
        search=bool(plan.search),
        order=plan.order,
        after=None if plan.after is None else tuple(value is None for value in plan.after),
        limit=plan.limit is not None,
        offset=bool(plan.offset) and plan.after is None,
        smallest=None if plan.count is None else plan.count.k,
        counted="" if plan.count is None else plan.count.name,
        # Few numbers of placeholders, and so few texts of SQL: what is left over repeats a row number.
        rows=None if query.rows is None else 1 << max(len(query.rows) - 1, 0).bit_length(),
    )


def _masked(query: Query, item: PlanColumn) -> Masked:
    column = query.column(item.name)
    gives = query.type_of(item.name)
    return Masked(column.id, item.name, column.type, item.op, tuple(sorted(item.params.items())), gives)


def _outline(query: Query, part: Part) -> Leaf | Branch:
    if isinstance(part, Group):
        return Branch(part.word, tuple(_outline(query, inner) for inner in part.parts))
    return _leaf(query, part)


def _leaf(query: Query, condition: Condition) -> Leaf:
    size = len(condition.value) if isinstance(condition.value, tuple) else 1
    return Leaf(condition.column, condition.op, size, condition.value is True, _is_finer(query, condition))


def _is_finer(query: Query, condition: Condition) -> bool:
    count = query.plan.count
    if isinstance(condition.value, bool) or (count is not None and condition.column == count.name):
        return False
    found = _DECIMAL.fullmatch(query.types.get(query.column(condition.column).id, ""))
    if found is None:
        return False
    digits, scale = map(int, found.groups())
    texts = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    return digits - scale > MOST_WHOLE and any(len(text.partition(".")[2]) > scale for text in texts)
