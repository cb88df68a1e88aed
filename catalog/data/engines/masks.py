"""Masks as SQL: functions that DuckDB, PostgreSQL and Spark answer alike, closed wherever a value is unusual."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from catalog.data.engines.dialects import Dialect
from catalog.data.engines.shape import Masked
from catalog.data.masking import STAR
from catalog.data.schema import ItemType

_LARGEST = "1e18"
"""Numbers beyond this, infinite ones and NaN have no band and are not rounded: they are withheld."""
_FLOAT_SCALE = 9


def mask_sql(dialect: Dialect, source: str, column: Masked, key: str) -> str:
    """Give the SQL of a mask over the quoted column `source`; `key` is the placeholder of the key, used twice by hmac.

    An operation without SQL of its own gives nothing.
    """
    if column.op == "pass":
        return source
    write = _SQL.get(column.op)
    return write(dialect, source, column, key) if write else dialect.as_text("NULL")


def _keep(_: Dialect, source: str, column: Masked, _key: str) -> str:
    params = dict(column.params)
    first, last = int(params["a"]), int(params["b"])
    stars = f"repeat('{STAR}', length({source}) - {first + last})"
    left = f"left({source}, {first})" if first else "''"
    right = f"right({source}, {last})" if last else "''"
    return (
        f"CASE WHEN length({source}) > {first + last} THEN concat({left}, {stars}, {right}) "
        f"WHEN {source} IS NOT NULL THEN repeat('{STAR}', length({source})) END"
    )


def _hmac(dialect: Dialect, source: str, column: Masked, key: str) -> str:
    text = source if column.type.is_text else dialect.as_text(source)
    if column.type.is_decimal:
        # 5.00 and 5 are one number and get one pseudonym, whatever the scale of a file.
        short = dialect.without_zeros(text)
        ends = f"CASE WHEN right({short}, 1) = '.' THEN left({short}, length({short}) - 1) ELSE {short} END"
        text = f"CASE WHEN position('.' IN {text}) > 0 THEN {ends} ELSE {text} END"
    inner = dialect.sha256(f"concat({key}, {text})")
    return f"CASE WHEN {source} IS NOT NULL THEN {dialect.sha256(f'concat({key}, {inner})')} END"


def _year(dialect: Dialect, source: str, _column: Masked, _key: str) -> str:
    return f"CAST(extract(year FROM {source}) AS {dialect.types[ItemType.INTEGER]})"


def _month(dialect: Dialect, source: str, _column: Masked, _key: str) -> str:
    parts = (dialect.as_text(f"CAST(extract({part} FROM {source}) AS BIGINT)") for part in ("year", "month"))
    year, month = parts
    return f"CASE WHEN {source} IS NOT NULL THEN concat(lpad({year}, 4, '0'), '-', lpad({month}, 2, '0')) END"


def _area(digits: int) -> Callable[[Dialect, str, Masked, str], str]:
    def write(_: Dialect, source: str, _column: Masked, _key: str) -> str:
        return f"CASE WHEN length({source}) > {digits} THEN left({source}, {digits}) END"

    return write


def _usual(source: str) -> str:
    """Withhold a number that cannot be reckoned with; within the expression, because an engine may reckon ahead."""
    return f"(CASE WHEN {source} > -{_LARGEST} AND {source} < {_LARGEST} THEN {source} END)"


def _band(dialect: Dialect, source: str, column: Masked, _key: str) -> str:
    width = int(dict(column.params)["width"])
    usual = _usual(source)
    # Some engines give the floor of a whole number as a floating one.
    whole = usual if column.type == ItemType.INTEGER else f"CAST(floor({usual}) AS BIGINT)"
    rest = f"mod({whole}, {width})"
    start = f"({whole} - {rest} - CASE WHEN {rest} < 0 THEN {width} ELSE 0 END)"
    low, high = dialect.as_text(start), dialect.as_text(f"{start} + {width}")
    return f"CASE WHEN {whole} IS NOT NULL THEN concat('[', {low}, ', ', {high}, ')') END"


def _round(dialect: Dialect, source: str, column: Masked, _key: str) -> str:
    digits = int(dict(column.params)["digits"])
    if column.type.is_decimal:
        return dialect.rounded(source, digits)
    if column.type == ItemType.INTEGER:
        return f"CAST(round({dialect.number(_usual(source), 0)}, {digits}) AS BIGINT)"
    # By way of its text a floating number is rounded as it is written: in binary, 2.675 is a little less than that.
    exact = dialect.number(dialect.as_text(_usual(source)), _FLOAT_SCALE)
    return f"CAST({dialect.as_text(f'round({exact}, {digits})')} AS {dialect.types[ItemType.DOUBLE]})"


_SQL: Mapping[str, Callable[[Dialect, str, Masked, str], str]] = {
    "keep": _keep,
    "hmac": _hmac,
    "year": _year,
    "month": _month,
    "area4": _area(4),
    "area6": _area(6),
    "band": _band,
    "round": _round,
}
