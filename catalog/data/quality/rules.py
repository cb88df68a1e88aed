"""Rules of quality as data: what is asked of which columns, how much it counts, and what follows when it is broken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from catalog.data.errors import DataError
from catalog.data.schema import Column
from catalog.data.standards.checks import is_pattern

E = TypeVar("E", bound=StrEnum)
MAX_PATTERN = 1000
MAX_VALUES = 100_000
MAX_WEIGHT = 100.0
WHOLE = 100.0


class RuleInvalid(DataError):
    """A rule is not well formed; `parameter` names the part at fault."""

    def __init__(self, parameter: str, code: str, **params: object) -> None:
        super().__init__(code, parameter=parameter, **params)
        self.parameter = parameter


class Dimension(StrEnum):
    """The six dimensions of GB/T 36344-2018."""

    CONFORMITY = "conformity"
    COMPLETENESS = "completeness"
    ACCURACY = "accuracy"
    CONSISTENCY = "consistency"
    TIMELINESS = "timeliness"
    ACCESSIBILITY = "accessibility"


class Severity(StrEnum):
    """What a broken rule does: stop the version, warn, or only lower the score."""

    BLOCK = "block"
    WARN = "warn"
    INFO = "info"


class Kind(StrEnum):
    """What a rule can ask."""

    REQUIRED = "required"
    TYPE = "type"
    LENGTH = "length"
    PATTERN = "pattern"
    VALUES = "values"
    RANGE = "range"
    CHECKSUM = "checksum"
    DIRTY = "dirty"
    ORDER = "order"
    EXPRESSION = "expression"
    UNIQUE = "unique"
    KEY = "key"
    DUPLICATE_ROWS = "duplicate_rows"
    REFERENCE = "reference"
    ROW_CHANGE = "row_change"
    DRIFT = "drift"
    FRESHNESS = "freshness"
    READABLE = "readable"
    CORRECTIONS = "corrections"


CELL_KINDS = frozenset({
    Kind.REQUIRED, Kind.TYPE, Kind.LENGTH, Kind.PATTERN, Kind.VALUES, Kind.RANGE, Kind.CHECKSUM, Kind.DIRTY,
    Kind.ORDER, Kind.EXPRESSION,
})  # fmt: skip
"""Kinds that look at one row at a time: all of them are answered by one scan together."""
GROUP_KINDS = frozenset({Kind.UNIQUE, Kind.KEY, Kind.DUPLICATE_ROWS})
FACT_KINDS = frozenset({Kind.ROW_CHANGE, Kind.FRESHNESS, Kind.READABLE, Kind.CORRECTIONS})
"""Kinds answered by what is known of the version without reading its rows."""

DIMENSIONS: Mapping[Kind, Dimension] = {
    Kind.REQUIRED: Dimension.COMPLETENESS,
    Kind.TYPE: Dimension.CONFORMITY,
    Kind.LENGTH: Dimension.CONFORMITY,
    Kind.PATTERN: Dimension.CONFORMITY,
    Kind.VALUES: Dimension.CONFORMITY,
    Kind.RANGE: Dimension.ACCURACY,
    Kind.CHECKSUM: Dimension.ACCURACY,
    Kind.DIRTY: Dimension.ACCURACY,
    Kind.ORDER: Dimension.CONSISTENCY,
    Kind.EXPRESSION: Dimension.CONSISTENCY,
    Kind.UNIQUE: Dimension.ACCURACY,
    Kind.KEY: Dimension.ACCURACY,
    Kind.DUPLICATE_ROWS: Dimension.ACCURACY,
    Kind.REFERENCE: Dimension.CONSISTENCY,
    Kind.ROW_CHANGE: Dimension.COMPLETENESS,
    Kind.DRIFT: Dimension.CONSISTENCY,
    Kind.FRESHNESS: Dimension.TIMELINESS,
    Kind.READABLE: Dimension.ACCESSIBILITY,
    Kind.CORRECTIONS: Dimension.ACCURACY,
}
"""The dimension a kind belongs to where its rule does not say otherwise (sub-indicators of GB/T 36344-2018)."""

DIRT = ("control", "full_width", "spaces", "placeholder")
ORDERS = ("le", "lt")
_COLUMNS: Mapping[Kind, tuple[int, int]] = {
    Kind.DUPLICATE_ROWS: (0, 0),
    Kind.ROW_CHANGE: (0, 0),
    Kind.FRESHNESS: (0, 0),
    Kind.READABLE: (0, 0),
    Kind.CORRECTIONS: (0, 0),
    Kind.ORDER: (2, 2),
    Kind.UNIQUE: (1, 10),
    Kind.KEY: (1, 10),
    Kind.EXPRESSION: (0, 0),
}
_PARAMS: Mapping[Kind, frozenset[str]] = {
    Kind.TYPE: frozenset({"type"}),
    Kind.LENGTH: frozenset({"least", "most"}),
    Kind.PATTERN: frozenset({"pattern"}),
    Kind.VALUES: frozenset({"values", "code_set"}),
    Kind.RANGE: frozenset({"low", "high"}),
    Kind.CHECKSUM: frozenset({"scheme"}),
    Kind.DIRTY: frozenset({"checks"}),
    Kind.ORDER: frozenset({"op"}),
    Kind.EXPRESSION: frozenset({"when", "then"}),
    Kind.REFERENCE: frozenset({"resource", "column"}),
    Kind.ROW_CHANGE: frozenset({"fall", "rise"}),
    Kind.DRIFT: frozenset({"limit"}),
}


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule. `key` names it over all versions of a resource; `columns` are physical ids (`Column.id`).

    `threshold` is the score from 0 to 100 below which the rule counts as broken and its severity takes effect.
    """

    key: str
    kind: Kind
    columns: tuple[str, ...] = ()
    params: Mapping[str, Any] = field(default_factory=dict, hash=False)
    weight: float = 1.0
    severity: Severity = Severity.WARN
    dimension: Dimension | None = None
    threshold: float = WHOLE

    def __post_init__(self) -> None:
        if self.dimension is None:
            object.__setattr__(self, "dimension", DIMENSIONS[self.kind])
        if not 0 < self.weight <= MAX_WEIGHT:
            raise RuleInvalid("weight", "rule_weight", high=MAX_WEIGHT)
        if not 0 <= self.threshold <= WHOLE:
            raise RuleInvalid("threshold", "rule_threshold")
        low, high = _COLUMNS.get(self.kind, (1, 1))
        if not low <= len(self.columns) <= high or len(set(self.columns)) != len(self.columns):
            raise RuleInvalid("columns", "rule_columns", low=low, high=high)
        for name in self.params:
            if name not in _PARAMS.get(self.kind, frozenset()):
                raise RuleInvalid(name, "rule_parameter", kind=self.kind.value)

    @property
    def place(self) -> Dimension:
        """The dimension the rule counts in."""
        return self.dimension or DIMENSIONS[self.kind]

    def to_json(self) -> dict[str, Any]:
        """Give the JSON that reports and the rules editor keep."""
        return {
            "key": self.key,
            "kind": self.kind.value,
            "columns": list(self.columns),
            "params": dict(self.params),
            "weight": self.weight,
            "severity": self.severity.value,
            "dimension": self.place.value,
            "threshold": self.threshold,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Rule:
        """Read a rule. Raises RuleInvalid naming the part at fault."""
        return cls(
            key=str(data.get("key", "")),
            kind=choice(Kind, data.get("kind"), "kind"),
            columns=tuple(str(column) for column in data.get("columns", ())),
            params=dict(data.get("params") or {}),
            weight=number(data.get("weight", 1.0), "weight"),
            severity=choice(Severity, data.get("severity", "warn"), "severity"),
            dimension=choice(Dimension, data["dimension"], "dimension") if data.get("dimension") else None,
            threshold=number(data.get("threshold", WHOLE), "threshold"),
        )


def choice(enumeration: type[E], value: object, parameter: str) -> E:
    """Read a member of an enumeration. Raises RuleInvalid (rule_choice)."""
    try:
        return enumeration(str(value))
    except ValueError:
        raise RuleInvalid(parameter, "rule_choice", known=", ".join(enumeration)) from None


def number(value: object, parameter: str) -> float:
    """Read a finite number. Raises RuleInvalid (rule_number)."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise RuleInvalid(parameter, "rule_number")
    try:
        found = float(value)
    except ValueError:
        raise RuleInvalid(parameter, "rule_number") from None
    if not abs(found) < float("inf"):
        raise RuleInvalid(parameter, "rule_number")
    return found


def missing_columns(rule: Rule, named: Sequence[str], columns: Sequence[Column]) -> tuple[str, ...]:
    """Give the columns a rule names that these columns do not have."""
    known = {column.id for column in columns}
    return tuple(name for name in (*rule.columns, *named) if name not in known)


def pattern_of(rule: Rule) -> str:
    """Give a rule's pattern after the engine itself has read it. Raises RuleInvalid (rule_pattern)."""
    pattern = rule.params.get("pattern")
    if not isinstance(pattern, str) or not 0 < len(pattern) <= MAX_PATTERN or not is_pattern(pattern):
        raise RuleInvalid("pattern", "rule_pattern", limit=MAX_PATTERN)
    return pattern
