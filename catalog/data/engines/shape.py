"""The shape of a query: all that decides its SQL and none of its values, so that SQL is written once per shape."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.data.engines.base import Query
from catalog.data.plan import Condition, Group, Part, PlanColumn
from catalog.data.schema import ItemType


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
    """A condition without its value: column, comparison, how many values, and what `null` asks for."""

    column: str
    op: str
    size: int
    flag: bool


@dataclass(frozen=True)
class Branch:
    """A group of conditions."""

    word: str
    parts: tuple[Leaf | Branch, ...]


@dataclass(frozen=True)
class Shape:
    """Equal shapes have equal SQL. `after` says for each order value of the cursor whether it is missing."""

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


def shape_of(query: Query) -> Shape:
    """Take the shape of a query."""
    plan = query.plan
    compared = {condition.column for condition in plan.source_conditions}
    return Shape(
        sources=tuple((column.name, column.id, column.type) for column in query.columns if column.name in compared),
        delivered=tuple(_masked(query, item) for item in plan.delivered),
        hidden=tuple(_masked(query, item) for item in plan.hidden),
        where=tuple(_outline(part) for part in plan.where),
        filters=tuple(_outline(part) for part in plan.filters),
        search=bool(plan.search),
        order=plan.order,
        after=None if plan.after is None else tuple(value is None for value in plan.after),
        limit=plan.limit is not None,
        offset=bool(plan.offset) and plan.after is None,
        smallest=None if plan.count is None else plan.count.k,
        counted="" if plan.count is None else plan.count.name,
    )


def _masked(query: Query, item: PlanColumn) -> Masked:
    column = query.column(item.name)
    gives = query.type_of(item.name)
    return Masked(column.id, item.name, column.type, item.op, tuple(sorted(item.params.items())), gives)


def _outline(part: Part) -> Leaf | Branch:
    if isinstance(part, Group):
        return Branch(part.word, tuple(_outline(inner) for inner in part.parts))
    return _leaf(part)


def _leaf(condition: Condition) -> Leaf:
    size = len(condition.value) if isinstance(condition.value, tuple) else 1
    return Leaf(condition.column, condition.op, size, condition.value is True)
