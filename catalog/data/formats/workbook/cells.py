"""Cells of spreadsheets as the text a person reads, without losing or inventing digits."""

from __future__ import annotations

import datetime
import re

from catalog.data.errors import UnreadableFile
from catalog.data.formats.base import MAX_CELL

_SMALL = 1e-4
_EXACT = 10**15
"""Spreadsheets keep 15 digits: a longer number in a cell has lost its end, and is shown in scientific notation."""
_SAFE_DIGITS = 15

# ECMA-376 part 1, 18.8.30: the built-in formats of dates and times, those of Chinese installations included.
BUILTIN_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_NOT_CODE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_DATE_LETTERS = re.compile(r"[ymdhs]", re.IGNORECASE)
_EPOCH = datetime.datetime(1899, 12, 30)  # noqa: DTZ001  a sheet knows no time zone
_EPOCH_1904 = datetime.datetime(1904, 1, 1)  # noqa: DTZ001
_FALSE_LEAP_DAY = 60
_LAST_SERIAL = 2_958_466
"""The day after 9999-12-31."""


def cell_text(value: object) -> str:
    """Write a value of a workbook library as text."""
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        return checked(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _of_number(value)
    if isinstance(value, datetime.datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value)


def checked(text: str, line: int = 0) -> str:
    """Give the text. Raises UnreadableFile: cell_too_long."""
    if len(text) > MAX_CELL:
        raise UnreadableFile("cell_too_long", line=line, limit=MAX_CELL)
    return text


def number_text(raw: str) -> str:
    """Write a number as the file holds it, such as 1.0000000000000001E-1, in the form a person reads."""
    if len(raw) <= _SAFE_DIGITS and raw.isdigit():
        return raw
    try:
        return _of_number(float(raw))
    except ValueError:
        return raw


def _of_number(value: float) -> str:
    if abs(value) >= _EXACT:
        return f"{value:.5E}"
    if isinstance(value, int) or value.is_integer():
        return str(int(value))
    return repr(value) if abs(value) >= _SMALL else f"{value:.15f}".rstrip("0")


def is_date_format(code: str) -> bool:
    """Say whether a number format shows a date or a time."""
    return bool(_DATE_LETTERS.search(_NOT_CODE.sub("", code)))


def serial_text(raw: str, *, is_1904: bool) -> str:
    """Write a day number of a sheet as a date, with its time of day where it has one; what is none stays as it is."""
    try:
        number = float(raw)
    except ValueError:
        return raw
    if not 0 <= number < _LAST_SERIAL:
        return number_text(raw)
    # The sheets of 1900 count a 29 February 1900 that never was.
    shift = 1 if not is_1904 and number < _FALSE_LEAP_DAY else 0
    days, seconds = divmod(round(number * 86_400), 86_400)
    moment = (_EPOCH_1904 if is_1904 else _EPOCH) + datetime.timedelta(days=days + shift, seconds=seconds)
    if not days:
        return moment.time().isoformat()
    return moment.isoformat(sep=" ") if seconds else moment.date().isoformat()
