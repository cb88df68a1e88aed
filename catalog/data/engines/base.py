"""What every engine takes and gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

import pyarrow as pa

from catalog.data.errors import PlanInvalid
from catalog.data.masking import MIN_KEY, delivered_type
from catalog.data.plan import DeliveryPlan
from catalog.data.schema import Column, ItemType
from catalog.data.store import Location


def check_key(plan: DeliveryPlan, key: bytes) -> None:
    """Raise PlanInvalid (mask_key_missing) when a plan has keyed masks and the key is none."""
    if plan.is_keyed and len(key) < MIN_KEY:
        raise PlanInvalid("columns", "mask_key_missing")


def delivered_fields(plan: DeliveryPlan, columns: Sequence[Column]) -> tuple[Column, ...]:
    """Give the delivered columns with the type they are delivered in, in the order of the plan; the count last."""
    known = {column.name: column for column in columns}
    found = [
        Column(
            id=known[planned.name].id,
            name=planned.name,
            title=known[planned.name].title,
            type=delivered_type(known[planned.name], planned.op),
        )
        for planned in plan.delivered
    ]
    if plan.count is not None:
        found.append(Column(id=plan.count.name, name=plan.count.name, type=ItemType.INTEGER))
    return tuple(found)


@dataclass(frozen=True, kw_only=True)
class Query:
    """A checked plan, the columns of its version, the files that hold it, and the key of its masks.

    `files` may be those alone that can hold rows of the question, in the order of the version. `types` is the
    physical type of each column by id over the whole version (`catalog.data.rows`); empty when the files agree.
    With `rows`, only those row numbers are looked at, whatever else the plan says.
    """

    plan: DeliveryPlan
    columns: tuple[Column, ...]
    files: tuple[Location, ...]
    key: bytes = b""
    types: Mapping[str, str] = field(default_factory=dict)
    rows: tuple[int, ...] | None = None

    def __post_init__(self) -> None:
        check_key(self.plan, self.key)

    @cached_property
    def _known(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    @cached_property
    def _gives(self) -> dict[str, ItemType]:
        planned = (*self.plan.delivered, *self.plan.hidden)
        return {item.name: delivered_type(self._known[item.name], item.op) for item in planned}

    @cached_property
    def fields(self) -> tuple[Column, ...]:
        """The delivered columns with the type they are delivered in, in the order of the plan; the count last."""
        return delivered_fields(self.plan, self.columns)

    @cached_property
    def needed(self) -> tuple[Column, ...]:
        """The columns of the version that are read at all."""
        names = {item.name for item in (*self.plan.delivered, *self.plan.hidden)}
        names |= {condition.column for condition in self.plan.source_conditions}
        return tuple(column for column in self.columns if column.name in names)

    def column(self, name: str) -> Column:
        """Give a column of the version by its name."""
        return self._known[name]

    def type_of(self, name: str) -> ItemType:
        """Give the delivered type of a delivered or hidden column."""
        return self._gives[name]


@dataclass(frozen=True)
class PageRows:
    """One page: rows of delivered values, and the key after which the next page starts (None: no more rows)."""

    rows: list[tuple[Any, ...]]
    next_key: tuple[Any, ...] | None


class Engine(Protocol):
    """Carries out queries. Every method raises EngineLimit when time or memory runs out."""

    def page(self, query: Query) -> PageRows:
        """Read one page in the plan's order, after its key; the plan's limit must be set."""

    def count(self, query: Query) -> int:
        """Count the rows under the plan's conditions, whatever its page."""

    def batches(self, query: Query) -> Iterator[pa.RecordBatch]:
        """Stream all rows as Arrow batches with exactly the delivered columns, in constant memory."""

    def texts(self, query: Query) -> Iterator[pa.RecordBatch]:
        """Stream all rows as texts, the way files for people write them."""
