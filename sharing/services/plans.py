"""Builds the delivery plan of a grant from chosen items and rows, and narrows it by what the items say today."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from catalog.data.errors import PlanInvalid
from catalog.data.plan import Condition, DeliveryPlan, PlanColumn
from catalog.data.schema import Column, ItemType
from catalog.models import Item
from sharing.policies import shareable

ANY_VERSION = "*"
_UNMASKED = "pass"
_HIDING = frozenset({"null", "drop"})


def columns_of(items: Iterable[Item]) -> tuple[Column, ...]:
    """Return the items as columns of the data plane."""
    return tuple(Column(id=item.code, name=item.code, type=ItemType(item.type), title=item.name_zh) for item in items)


def condition_of(row: Mapping[str, Any]) -> Condition:
    """Read one stored row condition ``{"item", "op", "value"}``. Raises ``PlanInvalid``."""
    return Condition.from_json([row.get("item"), row.get("op"), row.get("value")], "rows")


def build_plan(items: Iterable[Item], rows: Iterable[Mapping[str, Any]]) -> DeliveryPlan:
    """Return the widest plan of a grant: the items with their masks, on the rows asked for, of any version.

    Raises ``PlanInvalid`` for a condition that is not well formed or a mask that leaves no column.
    """
    columns = tuple(_masked(item) for item in items)
    return DeliveryPlan(version=ANY_VERSION, columns=columns, where=tuple(condition_of(row) for row in rows))


def plan_today(plan: DeliveryPlan, items: Iterable[Item], present: Iterable[str]) -> DeliveryPlan | None:
    """Narrow a granted plan by the items of today: a column re-graded above the ceiling, taken out of the catalog or
    absent from the version (``present``) goes, a mask set later holds. Returns None when no column is left.
    """
    by_code = {item.code: item for item in items}
    known = set(present)
    columns = tuple(
        _stricter(column, by_code[column.name])
        for column in plan.columns
        if column.name in by_code and column.name in known and shareable(by_code[column.name])
    )
    if not any(column.op != "drop" for column in columns):
        return None
    return replace(plan, columns=columns)


def problem_of(plan: DeliveryPlan, columns: Iterable[Column]) -> PlanInvalid | None:
    """Return why the plan does not fit these columns, or None when it does."""
    try:
        plan.checked(columns)
    except PlanInvalid as problem:
        return problem
    return None


def _masked(item: Item) -> PlanColumn:
    params = dict(item.mask or {})
    return PlanColumn(item.code, str(params.pop("op", _UNMASKED)), params)


def _stricter(column: PlanColumn, item: Item) -> PlanColumn:
    """Keep the mask that was granted, unless there was none or the item is hidden altogether today."""
    today = _masked(item)
    return today if column.op == _UNMASKED or today.op in _HIDING else column
