"""Masks: what each operation does to a value, positional or keyed, never by pattern, and closed when in doubt.

Every mask exists twice: as SQL for the engines (catalog.data.engines.masks) and as plain Python in the tests, which
hold one against the other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from catalog.data.errors import PlanInvalid
from catalog.data.schema import FLOATING, Column, ItemType

STAR = "*"
MIN_KEY = 16
"""Bytes a mask key must have; identity numbers can be guessed through all of them without one."""


@dataclass(frozen=True)
class Operation:
    """One mask: the integer parameters it needs with their bounds, the types it takes and the type it gives."""

    params: Mapping[str, tuple[int, int]]
    takes: Callable[[ItemType], bool]
    gives: ItemType | None = None
    """None: the type of the source."""


def _any(_: ItemType) -> bool:
    return True


def _text(item: ItemType) -> bool:
    return item.is_text


def _exact(item: ItemType) -> bool:
    # A floating number has no one text to hash.
    return item not in FLOATING


OPERATIONS: Mapping[str, Operation] = {
    "pass": Operation({}, _any),
    "keep": Operation({"a": (0, 100), "b": (0, 100)}, _text, ItemType.STRING),
    "hmac": Operation({}, _exact, ItemType.STRING),
    "null": Operation({}, _any, ItemType.STRING),
    "year": Operation({}, lambda item: item.is_time, ItemType.INTEGER),
    "month": Operation({}, lambda item: item.is_time, ItemType.STRING),
    "area4": Operation({}, _text, ItemType.STRING),
    "area6": Operation({}, _text, ItemType.STRING),
    "band": Operation({"width": (1, 1_000_000_000)}, lambda item: item.is_number, ItemType.STRING),
    "round": Operation({"digits": (-9, 9)}, lambda item: item.is_number),
    "drop": Operation({}, _any),
}


def check_params(name: str, op: str, params: Mapping[str, Any]) -> None:
    """Raise PlanInvalid unless `op` is known and has exactly its parameters, within their bounds."""
    operation = OPERATIONS.get(op)
    if operation is None:
        raise PlanInvalid("columns", "column_op", column=name, op=op, known=", ".join(OPERATIONS))
    if set(params) != set(operation.params):
        raise PlanInvalid("columns", "column_params", column=name, op=op, known=", ".join(operation.params))
    for key, (low, high) in operation.params.items():
        value = params[key]
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise PlanInvalid("columns", "column_param_range", column=name, op=op, param=key, low=low, high=high)


def delivered_type(column: Column, op: str) -> ItemType:
    """Give the type of the delivered value. Raises PlanInvalid when the mask does not fit the item's type."""
    operation = OPERATIONS[op]
    if not operation.takes(column.type):
        raise PlanInvalid("columns", "column_op_type", column=column.name, op=op, type=column.type.value)
    return operation.gives or column.type


def keyed_hash(key: str, value: str) -> str:
    """Hash a value with a key, nested so that it cannot be extended: sha256(key || sha256(key || value)), hex."""
    inner = hashlib.sha256((key + value).encode()).hexdigest()
    return hashlib.sha256((key + inner).encode()).hexdigest()


def keep_ends(value: str, first: int, last: int) -> str:
    """Keep `first` and `last` characters and star the rest; a value too short to hide anything is starred whole."""
    if len(value) <= first + last:
        return STAR * len(value)
    return value[:first] + STAR * (len(value) - first - last) + (value[-last:] if last else "")
