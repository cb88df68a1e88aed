"""Conditions on rows: a column, one of nine operations, a value that must fit the column's type."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from catalog.data.errors import PlanInvalid
from catalog.data.schema import ItemType

OPERATIONS = ("eq", "ne", "lt", "le", "gt", "ge", "in", "like", "null")
MAX_LISTED = 1_000
MAX_TEXT = 1_000
MAX_NUMBER = 60
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?")
_BIGGEST = 2**63
_LARGEST = Decimal(10) ** 20
_SCALE = 18
_TRUTHS = {"true": "true", "1": "true", "是": "true", "false": "false", "0": "false", "否": "false"}


@dataclass(frozen=True)
class Condition:
    """One condition. Values are texts, written as the column's type is written; `in` has a tuple, `null` a bool."""

    column: str
    op: str
    value: str | bool | tuple[str, ...]

    def to_json(self) -> list[Any]:
        """Give [column, op, value]."""
        return [self.column, self.op, list(self.value) if isinstance(self.value, tuple) else self.value]

    @classmethod
    def from_json(cls, data: object, parameter: str = "where") -> Condition:
        """Read [column, op, value]. Raises PlanInvalid naming `parameter`."""
        if not isinstance(data, Sequence) or isinstance(data, str) or len(data) != len(cls.__match_args__):
            raise PlanInvalid(parameter, "condition_shape")
        column, op, value = data
        if not isinstance(column, str) or op not in OPERATIONS:
            raise PlanInvalid(parameter, "condition_op", column=str(column), op=str(op), known=", ".join(OPERATIONS))
        return cls(column, op, _read_value(column, op, value, parameter))


def _read_value(column: str, op: str, value: object, parameter: str) -> str | bool | tuple[str, ...]:
    if op == "null":
        if not isinstance(value, bool):
            raise PlanInvalid(parameter, "condition_null", column=column)
        return value
    if op == "in":
        if not isinstance(value, Sequence) or isinstance(value, str) or not 0 < len(value) <= MAX_LISTED:
            raise PlanInvalid(parameter, "condition_in", column=column, limit=MAX_LISTED)
        return tuple(_read_text(column, item, parameter) for item in value)
    return _read_text(column, value, parameter)


def _read_text(column: str, value: object, parameter: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | str):
        text = str(value)
        if len(text) <= MAX_TEXT and "\x00" not in text:
            return text
    raise PlanInvalid(parameter, "condition_value", column=column, value=str(value)[:100])


def fit_value(condition: Condition, column_type: ItemType, parameter: str) -> Condition:
    """Check the value against the type it will be compared with; give the condition as the engine takes it.

    Raises PlanInvalid: condition_value, condition_like (only text can be matched by pattern).
    """
    if condition.op == "null":
        return condition
    if condition.op == "like":
        if not column_type.is_text:
            raise PlanInvalid(parameter, "condition_like", column=condition.column)
        return condition
    values = condition.value if isinstance(condition.value, tuple) else (str(condition.value),)
    fitted = tuple(_fit(value, column_type) for value in values)
    if None in fitted:
        wrong = values[fitted.index(None)]
        raise PlanInvalid(parameter, "condition_value", column=condition.column, value=wrong[:100])
    texts = tuple(str(value) for value in fitted)
    return Condition(condition.column, condition.op, texts if condition.op == "in" else texts[0])


def _fit(value: str, column_type: ItemType) -> str | None:
    if column_type.is_text:
        return value
    if column_type.is_number:
        return _fit_number(value, column_type)
    if column_type == ItemType.BOOLEAN:
        return _TRUTHS.get(value.lower())
    try:
        if column_type == ItemType.DATE:
            return datetime.date.fromisoformat(value).isoformat()
        # The wall clock of the data: times are stored without a zone, so a zone in the question is an error.
        moment = datetime.datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment.isoformat(sep=" ") if moment.tzinfo is None else None


def _fit_number(value: str, column_type: ItemType) -> str | None:
    """Give a number in plain digits; beyond what a column of the type can hold it is no value of the column."""
    if not _NUMBER.fullmatch(value) or len(value) > MAX_NUMBER:
        return None
    number = Decimal(value)
    if column_type == ItemType.INTEGER:
        is_whole = -_BIGGEST <= number < _BIGGEST and number == int(number)
        return str(int(number)) if is_whole else None
    if column_type.is_decimal:
        # Python rounds what it reckons with to 28 digits; a copy it leaves alone.
        is_exact = number.copy_abs() < _LARGEST and int(number.as_tuple().exponent) >= -_SCALE
        return format(number, "f") if is_exact else None
    return value if math.isfinite(float(value)) else None
