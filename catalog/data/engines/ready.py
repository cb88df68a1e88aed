"""Rows as JSON text, written by an engine: what `catalog.data.exports.values.plain` gives, without passing Python."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from catalog.data.engines.dialects import Dialect
from catalog.data.engines.masks import mask_sql
from catalog.data.engines.shape import Masked
from catalog.data.masking import delivered_type
from catalog.data.plan import DeliveryPlan, PlanColumn
from catalog.data.schema import FLOATING, Column, ItemType

# SQL functions take a hundred arguments at most.
_ARGUMENTS = 90
_SAFE_DIGITS = 15
_SAFE_INTEGER = 2**53


def row_sql(dialect: Dialect, columns: Sequence[tuple[str, str, ItemType]]) -> str:
    """Write the JSON object of a row from the name, the expression and the type of each of its values."""
    parts, mark = [], "{"
    for name, expression, item in columns:
        parts += [dialect.literal(f"{mark}{json.dumps(name, ensure_ascii=False)}:"), _value(dialect, expression, item)]
        mark = ","
    parts.append("'}'")
    return concat_sql(parts)


def is_storable(plan: DeliveryPlan) -> bool:
    """Say whether rows of a plan may be kept ready: never those under a key, which is not for the database."""
    return plan.count is None and not plan.is_keyed


def ready_name(delivered: Sequence[PlanColumn]) -> str:
    """Name the column that holds rows of these columns and masks ready as JSON."""
    text = json.dumps([column.to_json() for column in delivered], ensure_ascii=False, sort_keys=True)
    return f"__json_{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def stored_row_sql(dialect: Dialect, delivered: Sequence[PlanColumn], columns: Sequence[Column]) -> str:
    """Write the JSON object of a row of a stored file, masked as a plan without keyed masks says."""
    known = {column.name: column for column in columns}
    values = []
    for item in delivered:
        column = known[item.name]
        gives = delivered_type(column, item.op)
        quoted = dialect.quote(column.id)
        source = dialect.without_nan(quoted) if column.type in FLOATING else quoted
        masked = Masked(column.id, item.name, column.type, item.op, tuple(sorted(item.params.items())), gives)
        values.append((item.name, mask_sql(dialect, source, masked, ""), gives))
    return row_sql(dialect, values)


def concat_sql(parts: list[str]) -> str:
    """Join texts, however many; what is missing is left out."""
    return _nested(parts, "concat(")


def joined_sql(parts: list[str], delimiter: str) -> str:
    """Join texts, however many, with a delimiter (a literal) between them; what is missing must have been filled in."""
    return _nested(parts, f"concat_ws({delimiter}, ")


def _nested(parts: list[str], call: str) -> str:
    while len(parts) > _ARGUMENTS:
        parts = [f"{call}{', '.join(parts[start : start + _ARGUMENTS])})" for start in range(0, len(parts), _ARGUMENTS)]
    return f"{call}{', '.join(parts)})"


def _value(dialect: Dialect, expression: str, item: ItemType) -> str:
    if item.is_text:
        written = dialect.as_text(f"to_json({expression})")
    elif item.is_decimal:
        written = _decimal(dialect.as_text(expression))
    elif item == ItemType.INTEGER:
        text = dialect.as_text(expression)
        is_safe = f"{expression} BETWEEN -{_SAFE_INTEGER} AND {_SAFE_INTEGER}"
        written = f"CASE WHEN {is_safe} THEN {text} ELSE {_quoted(text)} END"
    elif item in FLOATING:
        text = dialect.as_text(expression)
        # A whole one is told from an integer by its point; one with an exponent is told so already.
        is_told = f"position('.' IN {text}) > 0 OR position('e' IN {text}) > 0"
        pointed = f"CASE WHEN {is_told} THEN {text} ELSE concat({text}, '.0') END"
        written = f"CASE WHEN {expression} > '-Infinity' AND {expression} < 'Infinity' THEN {pointed} END"
    elif item == ItemType.DATETIME:
        text = f"replace({dialect.as_text(expression)}, ' ', 'T')"
        # Python writes no fraction of a second, or six digits of it.
        written = _quoted(f"CASE WHEN position('.' IN {text}) > 0 THEN rpad({text}, 26, '0') ELSE {text} END")
    elif item == ItemType.DATE:
        written = _quoted(dialect.as_text(expression))
    else:
        written = dialect.as_text(expression)
    return f"CASE WHEN {expression} IS NULL THEN 'null' ELSE coalesce({written}, 'null') END"


def _quoted(text: str) -> str:
    return f"concat('\"', {text}, '\"')"


def _decimal(text: str) -> str:
    """Write a decimal without zeros at its end: as a number while that loses no digit, else as text."""
    number = f"(CASE WHEN position('.' IN {text}) > 0 THEN rtrim(rtrim({text}, '0'), '.') ELSE {text} END)"
    digits = f"length(ltrim(replace(replace({number}, '-', ''), '.', ''), '0'))"
    return f"CASE WHEN {digits} > {_SAFE_DIGITS} THEN {_quoted(number)} ELSE {number} END"
