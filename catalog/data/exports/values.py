"""Values on their way out: what JSON can hold, and what a spreadsheet may not be made to run."""

from __future__ import annotations

import datetime
import math
import re
from decimal import Decimal

from catalog.data.formulas import DANGEROUS, NUMBER_PATTERN

DANGEROUS_PATTERN = f"^[{''.join(DANGEROUS)}]".replace("-", "\\-")
_NUMBER = re.compile(NUMBER_PATTERN.strip("^$"))
_SAFE_DIGITS = 15
_SAFE_INTEGER = 2**53


def plain(value: object) -> object:
    """Give a value as JSON can hold it without losing a digit: longer numbers become texts, times ISO 8601."""
    if isinstance(value, Decimal):
        text = decimal_text(value)
        if len(text.replace("-", "").replace(".", "").lstrip("0")) > _SAFE_DIGITS:
            return text
        return float(text) if "." in text else int(text)
    if isinstance(value, bool):
        return value
    if isinstance(value, int) and abs(value) > _SAFE_INTEGER:
        return str(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, datetime.datetime | datetime.date):
        return value.isoformat()
    return value


def decimal_text(value: Decimal) -> str:
    """Give the one text of a number: no exponent and no zeros at the end, whatever the scale of its file."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def guarded(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would take for a formula; a number such as -5 is none."""
    if text.startswith(DANGEROUS) and not _NUMBER.fullmatch(text):
        return "'" + text
    return text
