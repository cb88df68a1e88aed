"""Check characters as SQL: the same rules as ``portal.kernel.identifiers``, over whole columns in the engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import duckdb

_IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ORGANIZATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_LATIN = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_CARD_LENGTH = 19
_USCC_FORM = "[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}"
_USCC_MODULUS, _ORGANIZATION_MODULUS = 31, 11
#: The first two digits of every division of provincial level (GB/T 2260), and of foreigners' permits.
_PROVINCES = (
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83 91"
)


def _digit(text: str, position: int) -> str:
    return f"(ascii(substr({text}, {position}, 1)) - 48)"


def identity_sql(text: str) -> str:
    """Say in SQL whether a text is a resident identity number: form, real birth date, check character (GB 11643)."""
    total = " + ".join(f"{_digit(text, at)} * {weight}" for at, weight in enumerate(_IDENTITY_WEIGHTS, 1))
    born = f"concat(substr({text}, 7, 4), '-', substr({text}, 11, 2), '-', substr({text}, 13, 2))"
    return (
        f"(CASE WHEN length({text}) = 18 AND regexp_full_match({text}, '[1-9][0-9]{{16}}[0-9X]') "
        f"THEN substr({text}, 7, 4) <> '0000' AND try_cast({born} AS DATE) IS NOT NULL "
        f"AND substr('10X98765432', ({total}) % 11 + 1, 1) = right({text}, 1) ELSE false END)"
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
    padded = f"lpad({text}, {_CARD_LENGTH}, '0')"
    terms = []
    for at in range(1, _CARD_LENGTH + 1):
        digit = _digit(padded, at)
        doubled = f"({digit} * 2 - CASE WHEN {digit} > 4 THEN 9 ELSE 0 END)"
        terms.append(digit if (_CARD_LENGTH - at) % 2 == 0 else doubled)
    return (
        f"(CASE WHEN length({text}) BETWEEN 16 AND 19 AND regexp_full_match({text}, "
        f"'(62|4|5[1-5]|3[57]|60)[0-9]+') THEN ({' + '.join(terms)}) % 10 = 0 ELSE false END)"
    )


#: The checks a data element may name, each as SQL over a trimmed text that is not null.
CHECKS: Mapping[str, Callable[[str], str]] = {"identity": identity_sql, "uscc": uscc_sql, "card": card_sql}


def check_sql(name: str, text: str) -> str:
    """Give the SQL condition of the check ``name``. Raises ``KeyError`` for an unknown one."""
    return CHECKS[name](text)


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
