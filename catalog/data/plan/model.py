"""The delivery plan: a small JSON that says exactly which cells of which rows leave, and how they are masked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any

from catalog.data.errors import PlanInvalid
from catalog.data.masking import check_params, delivered_type
from catalog.data.plan.conditions import Condition, fit_value
from catalog.data.plan.counting import Count
from catalog.data.plan.groups import Part, each_leaf, leaves, read_part
from catalog.data.schema import Column, ItemType

ANY_VERSION = "*"
MAX_LIMIT = 10_000
MAX_CONDITIONS = 50
_KEYS = {"version", "columns", "hidden", "where", "count", "filters", "search", "order", "after", "offset", "limit"}


@dataclass(frozen=True)
class PlanColumn:
    """One column of a plan: the item's name, what is done to its values, and the parameters of that."""

    name: str
    op: str = "pass"
    params: Mapping[str, int] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        check_params(self.name, self.op, self.params)

    def to_json(self) -> dict[str, Any]:
        """Give {"name", "op", …parameters}."""
        return {"name": self.name, "op": self.op, **self.params}


@dataclass(frozen=True, kw_only=True)
class DeliveryPlan:
    """What is delivered from one version.

    `where` restricts rows by values of the source and is set by whoever allows; `filters`, `search` and `order`
    see only delivered values, so that a masked cell cannot be guessed by asking. All conditions must hold; a group
    among them may join its own by or. `order` names carry a leading
    minus for descending; `hidden` columns are compared but not delivered; `after` is the key of the last row of
    the page before. Version "*" is any version. With `count` the plan gives, instead of rows, how many there are of
    each combination of the delivered values; filters, search and order then see that table of numbers.
    """

    version: str
    columns: tuple[PlanColumn, ...]
    hidden: tuple[PlanColumn, ...] = ()
    where: tuple[Part, ...] = ()
    count: Count | None = None
    filters: tuple[Part, ...] = ()
    search: str = ""
    order: tuple[str, ...] = ()
    after: tuple[Any, ...] | None = None
    offset: int = 0
    limit: int | None = None

    def __post_init__(self) -> None:
        names = [column.name for column in (*self.columns, *self.hidden)]
        if len(set(names)) != len(names):
            raise PlanInvalid("columns", "column_twice")
        if not any(column.op != "drop" for column in self.columns):
            raise PlanInvalid("columns", "columns_empty")
        if self.count is not None and (self.hidden or self.count.name in names):
            raise PlanInvalid("count", "count_shape")
        if self.limit is not None and (isinstance(self.limit, bool) or self.limit < 1):
            raise PlanInvalid("limit", "limit_range", low=1, high=MAX_LIMIT)
        if isinstance(self.offset, bool) or self.offset < 0:
            raise PlanInvalid("offset", "offset_range")

    @property
    def delivered(self) -> tuple[PlanColumn, ...]:
        """The columns that leave."""
        return tuple(column for column in self.columns if column.op != "drop")

    @property
    def source_conditions(self) -> tuple[Condition, ...]:
        """The single conditions on values of the source."""
        return tuple(leaves(self.where))

    @property
    def is_whole(self) -> bool:
        """Whether every row of the version is delivered, but for the page."""
        return not (self.where or self.filters or self.search or self.count)

    @property
    def is_keyed(self) -> bool:
        """Whether a mask key is needed."""
        return any(column.op == "hmac" for column in (*self.columns, *self.hidden))

    def to_json(self) -> dict[str, Any]:
        """Give the JSON that grants, editions and the audit record keep; what is unset is left out."""
        data: dict[str, Any] = {"version": self.version, "columns": [column.to_json() for column in self.columns]}
        if self.hidden:
            data["hidden"] = [column.to_json() for column in self.hidden]
        for key in ("where", "filters"):
            if conditions := getattr(self, key):
                data[key] = {"and": [condition.to_json() for condition in conditions]}
        if self.count is not None:
            data["count"] = self.count.to_json()
        if self.search:
            data["search"] = self.search
        if self.order:
            data["order"] = list(self.order)
        if self.after is not None:
            data["after"] = list(self.after)
        if self.offset:
            data["offset"] = self.offset
        if self.limit is not None:
            data["limit"] = self.limit
        return data

    @classmethod
    def from_json(cls, data: object) -> DeliveryPlan:
        """Read a plan. Raises PlanInvalid naming the key at fault; an unknown key is an error, never ignored."""
        if not isinstance(data, Mapping):
            raise PlanInvalid("plan", "plan_shape")
        for key in data:
            if key not in _KEYS:
                raise PlanInvalid(str(key), "unknown_parameter")
        if not isinstance(data.get("version"), str):
            raise PlanInvalid("version", "plan_version")
        after = data.get("after")
        if after is not None and not isinstance(after, list | tuple):
            raise PlanInvalid("after", "cursor")
        return cls(
            version=data["version"],
            columns=tuple(_read_column(item) for item in _list(data, "columns")),
            hidden=tuple(_read_column(item) for item in _list(data, "hidden")),
            where=_read_conditions(data, "where"),
            count=None if data.get("count") is None else Count.from_json(data["count"]),
            filters=_read_conditions(data, "filters"),
            search=_read(data, "search", str, ""),
            order=tuple(_read({"order": item}, "order", str, "") for item in _list(data, "order")),
            after=None if after is None else tuple(after),
            offset=_read(data, "offset", int, 0),
            limit=_read(data, "limit", int, None),
        )

    def canonical(self) -> str:
        """Write the plan in the one form that is hashed: sorted keys, no spaces, UTF-8."""
        return json.dumps(self.to_json(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the canonical form, hex."""
        return hashlib.sha256(self.canonical().encode()).hexdigest()

    @cached_property
    def shape(self) -> str:
        """Hash of the plan without its place in the paging: equal for all pages of one question."""
        return self.first_page.hash

    @property
    def first_page(self) -> DeliveryPlan:
        """The plan without its place in the paging."""
        return replace(self, after=None, offset=0, limit=None)

    def checked(self, columns: Iterable[Column]) -> DeliveryPlan:
        """Give the plan with every value in the form of its type, after checking names, masks and conditions.

        Raises PlanInvalid naming the parameter: column_unknown, column_op_type, condition_value, order_column …
        """
        known = {column.name: column for column in columns}
        types = {}
        for planned in (*self.columns, *self.hidden):
            if planned.name not in known:
                raise PlanInvalid("columns", "column_unknown", column=planned.name)
            given = delivered_type(known[planned.name], planned.op)
            if planned.op != "drop":
                types[planned.name] = given
        if self.count is not None:
            types[self.count.name] = ItemType.INTEGER
        for parameter in ("where", "filters"):
            if sum(1 for _ in leaves(getattr(self, parameter))) > MAX_CONDITIONS:
                raise PlanInvalid(parameter, "conditions_many", limit=MAX_CONDITIONS)
        source_types = {name: column.type for name, column in known.items()}
        for entry in self.order:
            if entry.removeprefix("-") not in types:
                raise PlanInvalid("order", "order_column", column=entry)
        if self.after is not None and len(self.after) != len(self.order) + 1:
            raise PlanInvalid("cursor", "cursor")
        return replace(
            self,
            where=tuple(each_leaf(item, partial(_fitted, source_types, "where")) for item in self.where),
            filters=tuple(each_leaf(item, partial(_fitted, types, "filter")) for item in self.filters),
        )


def whole_plan(columns: Iterable[Column], version: str = ANY_VERSION) -> DeliveryPlan:
    """Give the plan that delivers every column as it is."""
    return DeliveryPlan(version=version, columns=tuple(PlanColumn(column.name) for column in columns))


def _fitted(types: Mapping[str, Any], parameter: str, condition: Condition) -> Condition:
    if condition.column not in types:
        raise PlanInvalid(parameter, "column_unknown", column=condition.column)
    return fit_value(condition, types[condition.column], parameter)


def _list(data: Mapping[str, Any], key: str) -> list[Any]:
    value = data.get(key, [])
    if not isinstance(value, list | tuple):
        raise PlanInvalid(key, "plan_list")
    return list(value)


def _read(data: Mapping[str, Any], key: str, kind: type, default: Any) -> Any:
    value = data.get(key, default)
    if value is not default and (not isinstance(value, kind) or isinstance(value, bool)):
        raise PlanInvalid(key, "plan_type", kind=kind.__name__)
    return value


def _read_column(data: object) -> PlanColumn:
    if isinstance(data, str):
        return PlanColumn(data)
    if not isinstance(data, Mapping) or not isinstance(data.get("name"), str):
        raise PlanInvalid("columns", "column_shape")
    params = {key: value for key, value in data.items() if key not in {"name", "op"}}
    return PlanColumn(data["name"], str(data.get("op", "pass")), params)


def _read_conditions(data: Mapping[str, Any], key: str) -> tuple[Part, ...]:
    value = data.get(key)
    if value is None:
        return ()
    if not isinstance(value, Mapping) or set(value) != {"and"} or not isinstance(value["and"], list | tuple):
        raise PlanInvalid(key, "conditions_shape")
    return tuple(read_part(item, key) for item in value["and"])
