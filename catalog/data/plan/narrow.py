"""Narrowing: an allowed plan and a question give the plan that is carried out, never a wider one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from catalog.data.errors import PlanRefused
from catalog.data.plan.asked import AskedPlan
from catalog.data.plan.cursor import read_cursor
from catalog.data.plan.groups import Part, leaves
from catalog.data.plan.model import ANY_VERSION, DeliveryPlan, PlanColumn
from catalog.data.schema import Column


def intersect(
    allowed: DeliveryPlan, asked: AskedPlan | DeliveryPlan | None, columns: Sequence[Column], version: str
) -> DeliveryPlan:
    """Narrow `allowed` by `asked` for the version and its columns.

    Columns become a subset in the asked order, masks stay as allowed, conditions are ANDed, the smaller limit
    holds. A plan that counts keeps its columns: numbers over fewer of them would tell the numbers that are withheld.
    Raises PlanRefused for a column, mask, version or condition outside the allowed plan; PlanInvalid for
    what does not fit the columns.
    """
    if allowed.version not in {ANY_VERSION, version}:
        raise PlanRefused("version", "version_other", version=version)
    base = replace(allowed, version=version, after=None, offset=0)
    if asked is None:
        return base.checked(columns)
    if isinstance(asked, DeliveryPlan):
        return _whole_count(base, _by_plan(base, asked, version)).checked(columns)
    narrowed = replace(
        base,
        columns=_subset(base, asked.columns),
        filters=(*base.filters, *(_visible(base, item, "filter") for item in asked.filters)),
        search=_search(base.search, asked.search),
        order=asked.order or base.order,
        offset=asked.offset,
        limit=_smaller(base.limit, asked.limit),
    )
    narrowed = _whole_count(base, _with_compared(base, narrowed))
    if asked.cursor:
        narrowed = replace(narrowed, after=read_cursor(asked.cursor, narrowed.checked(columns).shape), offset=0)
    return narrowed.checked(columns)


def _whole_count(base: DeliveryPlan, narrowed: DeliveryPlan) -> DeliveryPlan:
    if base.count is not None and {item.name for item in narrowed.delivered} != {item.name for item in base.delivered}:
        raise PlanRefused("columns", "count_columns")
    return narrowed


def _names(base: DeliveryPlan) -> set[str]:
    counted = set() if base.count is None else {base.count.name}
    return {column.name for column in base.delivered} | counted


def _by_plan(base: DeliveryPlan, asked: DeliveryPlan, version: str) -> DeliveryPlan:
    if asked.version not in {ANY_VERSION, version}:
        raise PlanRefused("version", "version_other", version=asked.version)
    masks = {column.name: column for column in base.delivered}
    if asked.count not in {None, base.count}:
        raise PlanRefused("count", "mask_other", column=base.count.name if base.count else "count")
    for column in asked.delivered:
        if column.name not in masks:
            raise PlanRefused("columns", "column_not_allowed", column=column.name)
        if column.op != "pass" and column != masks[column.name]:
            raise PlanRefused("columns", "mask_other", column=column.name)
    narrowed = replace(
        base,
        columns=tuple(masks[column.name] for column in asked.delivered),
        # A condition of the question sees delivered values, wherever the question wrote it.
        filters=(*base.filters, *(_visible(base, item, "where") for item in (*asked.where, *asked.filters))),
        search=_search(base.search, asked.search),
        order=asked.order or base.order,
        after=asked.after,
        offset=asked.offset,
        limit=_smaller(base.limit, asked.limit),
    )
    return _with_compared(base, narrowed)


def _subset(base: DeliveryPlan, names: tuple[str, ...] | None) -> tuple[PlanColumn, ...]:
    if names is None:
        return base.delivered
    masks = {column.name: column for column in base.delivered}
    for name in names:
        if name not in masks:
            raise PlanRefused("columns", "column_not_allowed", column=name)
    return tuple(masks[name] for name in dict.fromkeys(names))


def _visible(base: DeliveryPlan, part: Part, parameter: str) -> Part:
    for condition in leaves((part,)):
        if condition.column not in _names(base):
            raise PlanRefused(parameter, "column_not_allowed", column=condition.column)
    return part


def _with_compared(base: DeliveryPlan, narrowed: DeliveryPlan) -> DeliveryPlan:
    """Carry the columns that filters and order compare but the question does not want: masked, and not delivered."""
    masks = {column.name: column for column in base.delivered}
    wanted = {column.name for column in narrowed.columns}
    ordered = [entry.removeprefix("-") for entry in narrowed.order]
    for name in ordered:
        if name not in _names(base):
            raise PlanRefused("order", "column_not_allowed", column=name)
    compared = dict.fromkeys([*(condition.column for condition in leaves(narrowed.filters)), *ordered])
    return replace(narrowed, hidden=tuple(masks[name] for name in compared if name in masks and name not in wanted))


def _search(first: str, second: str) -> str:
    if first and second and first != second:
        raise PlanRefused("q", "search_fixed")
    return first or second


def _smaller(first: int | None, second: int | None) -> int | None:
    if first is None or second is None:
        return first or second
    return min(first, second)
