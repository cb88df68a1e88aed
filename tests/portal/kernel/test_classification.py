"""Ceilings: what may leave at which grade, whatever else is asked."""

import pytest

from portal.kernel.classification import Grade, OpeningType, SharingType, may_open, may_share, strictest


@pytest.mark.parametrize(
    ("grade", "unconditional", "conditional"),
    [
        (Grade.GENERAL_1, True, True),
        (Grade.GENERAL_2, True, True),
        (Grade.GENERAL_3, False, True),
        (Grade.GENERAL_4, False, False),
        (Grade.IMPORTANT, False, False),
        (Grade.CORE, False, False),
    ],
)
def test_ceiling_of_sharing(grade: Grade, unconditional: bool, conditional: bool) -> None:
    assert may_share(grade, SharingType.UNCONDITIONAL) is unconditional
    assert may_share(grade, SharingType.CONDITIONAL) is conditional
    assert not may_share(grade, SharingType.NOT_SHARED)


@pytest.mark.parametrize(
    ("grade", "unconditional", "conditional"),
    [
        (Grade.GENERAL_1, True, True),
        (Grade.GENERAL_2, False, True),
        (Grade.GENERAL_3, False, False),
        (Grade.CORE, False, False),
    ],
)
def test_ceiling_of_opening(grade: Grade, unconditional: bool, conditional: bool) -> None:
    assert may_open(grade, OpeningType.UNCONDITIONAL) is unconditional
    assert may_open(grade, OpeningType.CONDITIONAL) is conditional
    assert not may_open(grade, OpeningType.NOT_OPEN)


def test_the_higher_wins() -> None:
    assert strictest([Grade.GENERAL_1, Grade.GENERAL_3, Grade.GENERAL_2]) == Grade.GENERAL_3
    assert strictest([]) == 1
