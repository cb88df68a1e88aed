"""Check characters as SQL: the same rules as ``portal.kernel.identifiers``, over whole columns in the engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

import duckdb

_IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ORGANIZATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_LATIN = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_CARD_LENGTH = 19
_ISSUERS = ("62", "51", "52", "53", "54", "55", "35", "37", "60")
_USCC_FORM = "[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}"
_USCC_MODULUS, _ORGANIZATION_MODULUS = 31, 11
#: The first two digits of every division of provincial level (GB/T 2260), and of foreigners' permits.
_PROVINCES = (
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83 91"
)


def _digit(number: str, power: int) -> str:
    """Give the decimal digit of a number; whole-number arithmetic is ten times faster than cutting text."""
    return f"({number} // {10**power}) % 10"


def identity_sql(text: str) -> str:
    """Say in SQL whether a text is a resident identity number: form, real birth date, check character (GB 11643)."""
    # Compared with the text again: a cast to a number also takes signs, blanks and exponents.
    base = f"left({text}, 17)"
    number = f"try_cast({base} AS BIGINT)"
    total = " + ".join(f"{_digit(number, 16 - at)} * {weight}" for at, weight in enumerate(_IDENTITY_WEIGHTS))
    return (
        f"(CASE WHEN length({text}) = 18 AND coalesce(CAST({number} AS VARCHAR) = {base}, false) "
        f"AND {number} >= 10000000000000000 THEN {_born(f'({number} // 1000) % 100000000')} "
        f"AND substr('10X98765432', (({total}) % 11 + 1)::BIGINT, 1) = right({text}, 1) ELSE false END)"
    )


def _born(digits: str) -> str:
    """Say in SQL whether the number yyyymmdd is a day of the calendar, from year 1."""
    year, month, day = f"({digits} // 10000)", f"({digits} // 100 % 100)", f"({digits} % 100)"
    leap = f"({year} % 4 = 0 AND ({year} % 100 <> 0 OR {year} % 400 = 0))"
    return (
        f"({year} > 0 AND {month} BETWEEN 1 AND 12 AND {day} >= 1 AND ({day} <= 28 OR ({day} <= 30 AND {month} <> 2) "
        f"OR ({day} = 31 AND {month} IN (1, 3, 5, 7, 8, 10, 12)) OR ({day} = 29 AND {month} = 2 AND {leap})))"
    )


def located_identity_sql(text: str) -> str:
    """Say whether a text is an identity number whose division exists and whose birth lies since 1900."""
    listed = ", ".join(f"'{code}'" for code in _PROVINCES.split())
    return (
        f"({identity_sql(text)} AND left({text}, 2) IN ({listed}) AND substr({text}, 7, 4) BETWEEN '1900' AND '2099')"
    )


def uscc_sql(text: str) -> str:
    """Say in SQL whether a text is a unified social credit code with both check characters right (GB 32100)."""
    total = " + ".join(
        f"(instr('{_USCC}', substr({text}, {at + 1}, 1)) - 1) * {pow(3, at, _USCC_MODULUS)}" for at in range(17)
    )
    organization = " + ".join(
        f"(instr('{_LATIN}', substr({text}, {at + 9}, 1)) - 1) * {weight}"
        for at, weight in enumerate(_ORGANIZATION_WEIGHTS)
    )
    return (
        f"(CASE WHEN length({text}) = 18 AND regexp_full_match({text}, '{_USCC_FORM}') "
        f"THEN substr('{_USCC}', ({_USCC_MODULUS} - ({total}) % {_USCC_MODULUS}) % {_USCC_MODULUS} + 1, 1) = "
        f"right({text}, 1) "
        f"AND substr('0X987654321', ({organization}) % {_ORGANIZATION_MODULUS} + 1, 1) = substr({text}, 17, 1) "
        "ELSE false END)"
    )


def card_sql(text: str) -> str:
    """Say in SQL whether a text is a number of a bank card: 16 to 19 digits, known issuer range, Luhn check."""
    number = f"try_cast({text} AS UBIGINT)"
    terms = []
    for power in range(_CARD_LENGTH):
        digit = _digit(number, power)
        doubled = f"({digit} * 2 - CASE WHEN {digit} > 4 THEN 9 ELSE 0 END)"
        terms.append(f"({digit})::BIGINT" if power % 2 == 0 else f"({doubled})::BIGINT")
    issuers = "', '".join(_ISSUERS)
    return (
        f"(CASE WHEN length({text}) BETWEEN 16 AND 19 AND (left({text}, 1) = '4' OR left({text}, 2) IN ('{issuers}')) "
        f"AND coalesce(CAST({number} AS VARCHAR) = {text}, false) THEN ({' + '.join(terms)}) % 10 = 0 ELSE false END)"
    )


#: The checks a data element may name, each as SQL over a trimmed text that is not null.
CHECKS: Mapping[str, Callable[[str], str]] = {"identity": identity_sql, "uscc": uscc_sql, "card": card_sql}


def check_sql(name: str, text: str) -> str:
    """Give the SQL condition of the check ``name``. Raises ``KeyError`` for an unknown one."""
    return CHECKS[name](text)


@lru_cache(maxsize=256)
def is_pattern(pattern: str) -> bool:
    """Say whether the engine can run a pattern: a regular expression of RE2, which takes linear time always."""
    connection = duckdb.connect(":memory:")
    try:
        connection.execute("SELECT regexp_full_match('', ?)", [pattern]).fetchall()
    except duckdb.Error:
        return False
    finally:
        connection.close()
    return True
