"""Values on their way out: what JSON can hold, and what a spreadsheet may not be made to run."""

from __future__ import annotations

import datetime
import math
import re
from decimal import Decimal

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
DANGEROUS_PATTERN = f"^[{''.join(_DANGEROUS)}]".replace("-", "\\-")
NUMBER_PATTERN = r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)$"
_NUMBER = re.compile(NUMBER_PATTERN.strip("^$"))
_SAFE_DIGITS = 15
_SAFE_INTEGER = 2**53


def plain(value: object) -> object:
    """Give a value as JSON can hold it without losing a digit: longer numbers become texts, times ISO 8601."""
    if isinstance(value, Decimal):
        if len(value.as_tuple().digits) > _SAFE_DIGITS:
            return format(value, "f")
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, bool):
        return value
    if isinstance(value, int) and abs(value) > _SAFE_INTEGER:
        return str(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, datetime.datetime | datetime.date):
        return value.isoformat()
    return value


def guarded(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would take for a formula; a number such as -5 is none."""
    if text.startswith(_DANGEROUS) and not _NUMBER.fullmatch(text):
        return "'" + text
    return text
