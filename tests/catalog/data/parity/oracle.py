"""What a plan gives, in plain Python over lists: the judge of all engines."""

import hashlib
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from catalog.data.engines.dialects import typed
from catalog.data.masking import delivered_type, keep_ends, keyed_hash
from catalog.data.plan import Condition, DeliveryPlan, Group, Part, PlanColumn
from catalog.data.schema import FLOATING, Column, ItemType

Row = Mapping[str, Any]
EXACT = Context(prec=200, rounding=ROUND_HALF_UP)
"""Python's own reckons with 28 digits and rounds the others away without a word."""


def exact(value: Any) -> Any:
    """Give a value so that equal content compares equal: decimals without their scale, one zero."""
    if isinstance(value, Decimal):
        return Decimal(0) if value == 0 else EXACT.normalize(value)
    if isinstance(value, float):
        return 0.0 if value == 0 else value
    return value


def source(value: Any, column: Column) -> Any:
    """Give a stored value as plans see it: what is not a number is missing."""
    is_nan = column.type in FLOATING and isinstance(value, float) and math.isnan(value)
    return None if is_nan else value


def masked(value: Any, column: Column, planned: PlanColumn, key: bytes) -> Any:  # noqa: PLR0911  one a mask
    """Mask one value."""
    value, params = source(value, column), planned.params
    if value is None or planned.op == "null":
        return None
    match planned.op:
        case "pass":
            return value
        case "keep":
            return keep_ends(value, params["a"], params["b"])
        case "hmac":
            return keyed_hash(key.hex(), _text(value))
        case "year":
            return value.year
        case "month":
            return f"{value.year:04d}-{value.month:02d}"
        case "area4" | "area6":
            digits = int(planned.op[-1])
            return value[:digits] if len(value) > digits else None
        case "band":
            return _band(value, params["width"])
        case "round":
            return _round(value, params["digits"], column.type)
    message = f"no oracle for {planned.op}"
    raise AssertionError(message)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(exact(value), "f")
    if hasattr(value, "hour"):
        text = str(value)
        return text.rstrip("0") if "." in text else text
    return str(value)


def _band(value: Any, width: int) -> str | None:
    if not -1e18 < value < 1e18:
        return None
    start = math.floor(value) // width * width
    return f"[{start}, {start + width})"


def _round(value: Any, digits: int, kind: ItemType) -> Any:
    if not kind.is_decimal and not -1e18 < value < 1e18:
        return None
    number = value if isinstance(value, Decimal) else Decimal(repr(value))
    if kind in FLOATING:
        number = EXACT.quantize(number, Decimal(1).scaleb(-9))
    step = Decimal(1).scaleb(-digits)
    rounded = number if int(number.as_tuple().exponent) >= -digits >= 0 else EXACT.quantize(number, step)
    if digits < 0:
        rounded = EXACT.multiply(
            EXACT.quantize(EXACT.divide(number, Decimal(10) ** -digits), Decimal(1)), Decimal(10) ** -digits
        )
    return rounded if kind.is_decimal else int(rounded) if kind == ItemType.INTEGER else float(rounded)


def holds(row: Row, part: Part, kinds: Mapping[str, ItemType]) -> bool:
    """Say whether a row meets a condition or a group."""
    if isinstance(part, Group):
        met = (holds(row, inner, kinds) for inner in part.parts)
        return all(met) if part.word == "and" else any(met)
    return _meets(row[part.column], part, kinds[part.column])


def _meets(value: Any, condition: Condition, kind: ItemType) -> bool:
    if condition.op == "null":
        return (value is None) == condition.value
    if condition.op == "like":
        return value is not None and _matches(value, str(condition.value))
    texts = condition.value if isinstance(condition.value, tuple) else (str(condition.value),)
    wanted = [typed(text, kind) for text in texts]
    if condition.op == "ne":
        return bool(value != wanted[0])
    if value is None:
        return False
    first = wanted[0]
    return bool(
        {
            "eq": lambda: value == first,
            "in": lambda: value in wanted,
            "lt": lambda: value < first,
            "le": lambda: value <= first,
            "gt": lambda: value > first,
            "ge": lambda: value >= first,
        }[condition.op]()
    )


def _matches(value: str, pattern: str) -> bool:
    if "%" not in pattern and "_" not in pattern:
        return pattern in value
    written, letters = "", iter(pattern)
    for letter in letters:
        if letter == "\\":
            written += re.escape(next(letters, "\\"))
        else:
            written += {"%": ".*", "_": "."}.get(letter, re.escape(letter))
    return re.fullmatch(written, value, re.DOTALL) is not None


def _folded(text: str) -> str:
    return "".join(letter.lower() if letter.isascii() else letter for letter in text)


def answer(plan: DeliveryPlan, columns: Sequence[Column], rows: Sequence[Row], key: bytes) -> list[dict[str, Any]]:
    """Give the rows a plan delivers, in order, whole."""
    known = {column.name: column for column in columns}
    kinds = {column.name: column.type for column in columns}
    clean = [{name: source(value, known[name]) for name, value in row.items()} for row in rows]
    allowed = [row for row in clean if all(holds(row, part, kinds) for part in plan.where)]
    planned = (*plan.delivered, *plan.hidden)
    seen = [{item.name: masked(row[item.name], known[item.name], item, key) for item in planned} for row in allowed]
    given = {item.name: _given(known[item.name], item) for item in planned}
    if plan.count is not None:
        seen = counted(plan, seen)
        given[plan.count.name] = ItemType.INTEGER
    found = [row for row in seen if all(holds(row, part, given) for part in plan.filters)]
    if plan.search:
        texts = [item.name for item in plan.delivered if given[item.name].is_text]
        word = _folded(plan.search)
        found = [row for row in found if any(row[name] is not None and word in _folded(row[name]) for name in texts)]
    for entry in reversed(plan.order):
        found = _sorted(found, entry)
    found = found[plan.offset :][: plan.limit]
    names = [item.name for item in plan.delivered] + ([plan.count.name] if plan.count else [])
    return [{name: exact(row[name]) for name in names} for row in found]


def _given(column: Column, planned: PlanColumn) -> ItemType:
    return delivered_type(column, planned.op)


def _sorted(rows: list[dict[str, Any]], entry: str) -> list[dict[str, Any]]:
    name = entry.removeprefix("-")
    known = [row for row in rows if row[name] is not None]
    # Python keeps equal rows in their order even when it sorts backwards.
    known.sort(key=lambda row: row[name], reverse=entry.startswith("-"))
    return known + [row for row in rows if row[name] is None]


def counted(plan: DeliveryPlan, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Count rows by their delivered values and withhold small numbers, and larger ones until these hide each other."""
    assert plan.count is not None
    names = [item.name for item in plan.delivered]
    numbers = Counter(tuple(exact(row[name]) for name in names) for row in rows)
    ordered = sorted(
        numbers, key=lambda values: [(value is None, value) if value is not None else (True, "") for value in values]
    )
    ranked = sorted(ordered, key=lambda values: numbers[values])
    withheld, before = set(), 0
    has_small = any(number < plan.count.k for number in numbers.values())
    for values in ranked:
        if numbers[values] < plan.count.k or (has_small and before < plan.count.k):
            withheld.add(values)
        before += numbers[values]
    return [
        {**dict(zip(names, values, strict=True)), plan.count.name: None if values in withheld else numbers[values]}
        for values in ordered
    ]


def fingerprint(rows: Sequence[Row]) -> str:
    """Hash content, for a short message where thousands of cells differ."""
    return hashlib.sha256(repr([sorted(row.items()) for row in rows]).encode()).hexdigest()[:12]
