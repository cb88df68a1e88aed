"""Grades of data and the attributes of sharing and opening, with the ceilings that follow from a grade.

Grades: GB/T 43697-2024 (core, important, general data; general data in four levels).
Sharing and opening attributes: State Council Order 809 arts 14 and 15; Jilin measures (2019) arts 25 and 28.
"""

from collections.abc import Iterable
from enum import IntEnum


class Grade(IntEnum):
    """Grade of data; a higher number is stricter, and "the higher wins" when items are combined."""

    GENERAL_1 = 1
    GENERAL_2 = 2
    GENERAL_3 = 3
    GENERAL_4 = 4
    IMPORTANT = 5
    CORE = 6


class SharingType(IntEnum):
    """Sharing attribute of Order 809 art 14: unconditional, conditional, not shared."""

    UNCONDITIONAL = 1
    CONDITIONAL = 2
    NOT_SHARED = 3


class OpeningType(IntEnum):
    """Opening attribute: unconditional, conditional, not open."""

    UNCONDITIONAL = 1
    CONDITIONAL = 2
    NOT_OPEN = 3


class LegalBasisKind(IntEnum):
    """The only three kinds of basis on which data may be withheld from sharing (Order 809 art 14)."""

    LAW = 1
    ADMINISTRATIVE_REGULATION = 2
    STATE_COUNCIL_DECISION = 3


#: The highest grade that may leave by each way, whatever grant, duty or person asks.
#: Usual consequence of the grade in Jilin practice; configurable downwards, never upwards.
HIGHEST_SHARED = Grade.GENERAL_3
HIGHEST_SHARED_UNCONDITIONALLY = Grade.GENERAL_2
HIGHEST_OPENED = Grade.GENERAL_2
HIGHEST_OPENED_UNCONDITIONALLY = Grade.GENERAL_1


def strictest(values: Iterable[int], default: int = 1) -> int:
    """Return the strictest (highest) of sharing types, opening types or grades; ``default`` for none."""
    return max(values, default=default)


def may_share(grade: int, sharing: int) -> bool:
    """Say whether data of this grade may be shared under this sharing attribute at all."""
    if sharing == SharingType.UNCONDITIONAL:
        return grade <= HIGHEST_SHARED_UNCONDITIONALLY
    return sharing == SharingType.CONDITIONAL and grade <= HIGHEST_SHARED


def may_open(grade: int, opening: int) -> bool:
    """Say whether data of this grade may be opened to the public under this opening attribute at all."""
    if opening == OpeningType.UNCONDITIONAL:
        return grade <= HIGHEST_OPENED_UNCONDITIONALLY
    return opening == OpeningType.CONDITIONAL and grade <= HIGHEST_OPENED
