"""Dates as Chinese documents write them."""

from __future__ import annotations

import datetime
from typing import Final

_DIGITS: Final = "〇一二三四五六七八九"
_TEN: Final = "十"


def date_in_numerals(text: str) -> str:
    """Write an ISO date as 2026年11月22日; an empty text stays empty."""
    if not text:
        return ""
    date = datetime.date.fromisoformat(text)
    return f"{date.year}年{date.month}月{date.day}日"


def date_in_words(text: str) -> str:
    """Write an ISO date as 二〇二六年十一月二十二日, the form under a seal."""
    date = datetime.date.fromisoformat(text)
    year = "".join(_DIGITS[int(digit)] for digit in str(date.year))
    return f"{year}年{_below_hundred(date.month)}月{_below_hundred(date.day)}日"


def _below_hundred(number: int) -> str:
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else _TEN if tens == 1 else _DIGITS[tens] + _TEN
    return head + (_DIGITS[ones] if ones else "")
