"""Consistency between columns: when all of some conditions hold, all of others must; from a short list of operations.

A term is ``{"column": id}``, ``{"value": text}``, ``{"sum": [terms]}``, ``{"difference": [a, b]}``,
``{"product": [terms]}``, ``{"length": id}``, ``{"part": [id, first, count]}`` or ``{"year": id}``; a condition is
``{"left": term, "op": operation, "right": term or list of texts}``. There is no text of SQL in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.data.duck import identifier
from catalog.data.quality.binding import Binder
from catalog.data.quality.rules import RuleInvalid
from catalog.data.schema import Column, ItemType

COMPARE = {"eq": "=", "ne": "<>", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
OPERATIONS = (*COMPARE, "in", "null", "filled")
MAX_CONDITIONS = 10
MAX_TERMS = 10
_CENT = "0.005"
"""Sums of money that were rounded one by one may differ from their rounded sum by less than half a cent each way."""


@dataclass(frozen=True)
class _Term:
    """A term as SQL; `family` is what it may be compared with: text, number, time, truth or any (a value)."""

    sql: str
    family: str
    is_exact: bool = True


class Expressions:
    """Reads conditions over these columns into SQL with bound values. Raises RuleInvalid naming `then` or `when`."""

    def __init__(self, columns: Sequence[Column], binder: Binder, parameter: str) -> None:
        self.columns = {column.id: column for column in columns}
        self.binder = binder
        self.parameter = parameter

    def conditions(self, data: object, *, least: int) -> list[tuple[str, str]]:
        """Give for each condition the SQL of whether its operands are there, and of whether it holds."""
        if not isinstance(data, list | tuple) or not least <= len(data) <= MAX_CONDITIONS:
            raise self._wrong("expression_conditions")
        return [self._condition(item) for item in data]

    def _wrong(self, code: str, **params: object) -> RuleInvalid:
        return RuleInvalid(self.parameter, code, **params)

    def _condition(self, data: object) -> tuple[str, str]:
        if not isinstance(data, Mapping) or set(data) - {"left", "op", "right"} or data.get("op") not in OPERATIONS:
            raise self._wrong("expression_condition", known=", ".join(OPERATIONS))
        op, left = data["op"], self._term(data.get("left"))
        if op in {"null", "filled"}:
            return "true", f"({left.sql}) IS {'NOT ' if op == 'filled' else ''}NULL"
        if op == "in":
            return f"({left.sql}) IS NOT NULL", self._listed(left, data.get("right"))
        right = self._term(data.get("right"), other=left)
        if left.family == "any" or right.family not in {left.family, "any"}:
            raise self._wrong("expression_types")
        there = f"({left.sql}) IS NOT NULL AND ({right.sql}) IS NOT NULL"
        if op == "eq" and not (left.is_exact and right.is_exact):
            return there, f"abs(({left.sql}) - ({right.sql})) < {_CENT}"
        return there, f"({left.sql}) {COMPARE[op]} ({right.sql})"

    def _listed(self, left: _Term, right: object) -> str:
        if left.family == "any" or not isinstance(right, list | tuple) or not 0 < len(right) <= MAX_TERMS * 10:
            raise self._wrong("expression_list")
        values = ", ".join(self._value(item, left.family).sql for item in right)
        return f"({left.sql}) IN ({values})"

    def _term(self, data: object, other: _Term | None = None) -> _Term:
        if not isinstance(data, Mapping) or len(data) != 1:
            raise self._wrong("expression_term")
        name, value = next(iter(data.items()))
        if name == "value" and other is not None:
            return self._value(value, other.family)
        if name in {"sum", "difference", "product"}:
            return self._calculated(name, value)
        if name == "part":
            return self._part(value)
        if name not in {"column", "length", "year"}:
            raise self._wrong("expression_term")
        column = self._column(value)
        sql = identifier(column.id)
        if name == "column":
            exact = column.type not in {ItemType.DOUBLE, ItemType.FLOAT}
            return _Term(sql, _family(column), exact)
        if name == "length" and column.type.is_text:
            return _Term(f"length({sql})", "number")
        if name == "year" and column.type.is_time:
            return _Term(f"year({sql})", "number")
        raise self._wrong("expression_types")

    def _calculated(self, name: str, value: object) -> _Term:
        if not isinstance(value, list | tuple) or not 2 <= len(value) <= MAX_TERMS:  # noqa: PLR2004 - a pair at least
            raise self._wrong("expression_term")
        number = _Term("0", "number")
        terms = [self._term(item, other=number) for item in value]
        if any(term.family != "number" for term in terms):
            raise self._wrong("expression_types")
        sign = {"sum": " + ", "difference": " - ", "product": " * "}[name]
        # As doubles: sums of 38 digits would overflow a decimal and end the whole scan.
        return _Term(sign.join(f"({term.sql})::DOUBLE" for term in terms), "number", is_exact=False)

    def _part(self, value: object) -> _Term:
        shape = isinstance(value, list | tuple) and [type(item) for item in value] == [str, int, int]
        if not shape or not isinstance(value, list | tuple):
            raise self._wrong("expression_term")
        column = self._column(value[0])
        if value[1] < 1 or value[2] < 1:
            raise self._wrong("expression_term")
        text = f"strftime({identifier(column.id)}, '%Y%m%d')" if column.type.is_time else identifier(column.id)
        if not (column.type.is_text or column.type.is_time):
            raise self._wrong("expression_types")
        return _Term(f"substr({text}, {value[1]}, {value[2]})", "text")

    def _value(self, value: object, family: str) -> _Term:
        if isinstance(value, bool):
            value = str(value).lower()
        if not isinstance(value, str | int | float) or len(str(value)) > 200:  # noqa: PLR2004 - longer is no code
            raise self._wrong("expression_value")
        bound = self.binder.bind(str(value))
        types = {"number": "DOUBLE", "time": "TIMESTAMP", "truth": "BOOLEAN"}
        if family in types:
            self.binder.check(str(value), types[family], self.parameter)
            return _Term(f"CAST({bound} AS {types[family]})", family)
        return _Term(bound, family)

    def _column(self, name: object) -> Column:
        if not isinstance(name, str) or name not in self.columns:
            raise self._wrong("rule_column_unknown", column=str(name))
        return self.columns[name]


def _family(column: Column) -> str:
    if column.type.is_number:
        return "number"
    if column.type.is_time:
        return "time"
    return "truth" if column.type == ItemType.BOOLEAN else "text"


def named_columns(params: Mapping[str, Any]) -> tuple[str, ...]:
    """Give the ids of the columns an expression names, each once."""
    return tuple(dict.fromkeys(_named([*params.get("when", ()), *params.get("then", ())])))


def _named(data: object) -> Iterator[str]:
    if isinstance(data, Mapping):
        for name, value in data.items():
            if name in {"column", "length", "year"} and isinstance(value, str):
                yield value
            elif name == "part" and isinstance(value, list | tuple) and value and isinstance(value[0], str):
                yield value[0]
            else:
                yield from _named(value)
    elif isinstance(data, list | tuple):
        for item in data:
            yield from _named(item)
