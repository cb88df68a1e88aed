"""Small numbers that are withheld and can be computed all the same; and what else must be withheld."""

import random
from collections.abc import Iterator, Sequence
from fractions import Fraction

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.data.plan import PlanColumn
from catalog.data.privacy.suppression import Suppression, check_suppression
from catalog.data.privacy.suppression.solving import LARGEST, Sum, solve
from catalog.data.schema import Column, ItemType
from tests.catalog.data.privacy.tables import fill

AREA = Column(id="c1", name="area")
SEX = Column(id="c2", name="sex")
YEAR = Column(id="c3", name="year", type=ItemType.INTEGER)
ALL = Column(id="c4", name="all", type=ItemType.INTEGER)
MEN = Column(id="c5", name="men", type=ItemType.INTEGER)
WOMEN = Column(id="c6", name="women", type=ItemType.INTEGER)
RATE = Column(id="c7", name="rate", type=ItemType.DOUBLE)
PEOPLE = {"all": "people", "men": "people", "women": "people"}


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:") as made:
        yield made


def checked(
    connection: duckdb.DuckDBPyConnection, columns: Sequence[Column], rows: Sequence[Sequence[object]], **ops: str
) -> Suppression | None:
    fill(connection, columns, rows)
    planned = [(column, PlanColumn(column.name, ops.get(column.name, "pass"))) for column in columns]
    return check_suppression(connection, planned, PEOPLE, rows=len(rows))


def test_a_number_alone_under_its_total_is_computed(connection: duckdb.DuckDBPyConnection) -> None:
    rows = [("合计", 2020, 60), ("甲", 2020, 40), ("乙", 2020, None), ("丙", 2020, 16)]
    rows += [("合计", 2021, 60), ("甲", 2021, 20), ("乙", 2021, 20), ("丙", 2021, 20)]
    found = checked(connection, [AREA, YEAR, ALL], rows)
    assert found is not None
    assert (dict(found.computed), found.withheld, found.also, found.is_whole) == ({"all": 1}, 1, ((5, "all"),), True)


def test_two_under_a_total_hide_each_other_until_the_other_direction_tells(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    rows: list[tuple[str, str, int | None]] = [("合计", "合计", 100), ("合计", "男", 52), ("合计", "女", 48)]
    rows += [("甲", "合计", 60), ("甲", "男", 34), ("甲", "女", 26)]
    rows += [("乙", "合计", 40), ("乙", "男", None), ("乙", "女", None)]
    found = checked(connection, [AREA, SEX, ALL], rows)
    assert found is not None
    # 52 men less 34 are 18, which is no small number; 22 women neither.
    assert found.computed == {}
    rows[2] = ("合计", "女", 30)
    rows[0] = ("合计", "合计", 82)
    rows[6] = ("乙", "合计", 22)
    found = checked(connection, [AREA, SEX, ALL], rows)
    assert found is not None
    assert found.computed == {"all": 1}
    closed = [(area, sex, None if (at, "all") in found.also else n) for at, (area, sex, n) in enumerate(rows, 2)]
    again = checked(connection, [AREA, SEX, ALL], closed)
    assert again is not None
    assert again.computed == {}


def test_divisions_lie_in_the_nearest_one_above_that_is_there(connection: duckdb.DuckDBPyConnection) -> None:
    rows = [("220000", 300), ("220100", 60), ("220102", 55), ("220103", None), ("222401", None), ("220200", 200)]
    found = checked(connection, [AREA, ALL], rows)
    assert found is not None
    assert found.computed == {"all": 1}
    assert (4, "all") in found.also


def test_names_of_places_beside_their_codes_do_not_part_the_sums(connection: duckdb.DuckDBPyConnection) -> None:
    name = Column(id="c8", name="name")
    rows = [("220100", "长春市", 60), ("220102", "南关区", 55), ("220103", "宽城区", None)]
    found = checked(connection, [AREA, name, ALL], rows)
    assert found is not None
    assert found.computed == {"all": 1}


def test_a_column_that_is_the_sum_of_others_tells(connection: duckdb.DuckDBPyConnection) -> None:
    rows = [("甲", 60, 30, 30), ("乙", 50, 20, 30), ("丙", 40, None, 33), ("丁", 40, None, None)]
    found = checked(connection, [AREA, ALL, MEN, WOMEN], rows)
    assert found is not None
    assert found.computed == {"men": 1}
    assert found.also == ((4, "women"),)


def test_a_total_of_something_else_is_not_taken_for_one(connection: duckdb.DuckDBPyConnection) -> None:
    rows = [
        ("合计", 2020, 10),
        ("甲", 2020, 40),
        ("乙", 2020, 5),
        ("合计", 2021, 45),
        ("甲", 2021, 40),
        ("乙", 2021, None),
    ]
    found = checked(connection, [AREA, YEAR, ALL], rows)
    assert found is not None
    assert found.computed == {}
    assert found.small == {"all": 1}


def test_one_person_each_is_told_by_a_rest_just_large_enough(connection: duckdb.DuckDBPyConnection) -> None:
    found = checked(connection, [AREA, ALL], [("合计", 42), ("甲", 40), ("乙", None), ("丙", None)])
    assert found is not None
    assert found.computed == {"all": 2}


def test_what_is_masked_or_no_whole_number_is_left_alone(connection: duckdb.DuckDBPyConnection) -> None:
    rows = [("合计", 50, 1.5), ("甲", 45, 2.5), ("乙", None, float("nan"))]
    assert checked(connection, [AREA, ALL, RATE], rows, all="null") is None
    hidden = checked(connection, [AREA, ALL, RATE], rows, area="null")
    assert hidden is not None
    assert hidden.computed == {}
    shown = checked(connection, [AREA, ALL, RATE], rows)
    assert shown is not None
    assert shown.computed == {"all": 1}


def test_without_withheld_numbers_only_the_small_ones_are_told(connection: duckdb.DuckDBPyConnection) -> None:
    found = checked(connection, [AREA, ALL], [("合计", 50), ("甲", 45), ("乙", 5)])
    assert found == Suppression(small={"all": 1}, computed={})


def sums(*lines: tuple[str, int]) -> list[Sum]:
    return [Sum(unknown={(ord(c), "p"): 1 for c in cells}, rest=Fraction(rest)) for cells, rest in lines]


def test_sums_that_hang_together_tell_what_none_tells_alone() -> None:
    found, is_whole = solve(sums(("xy", 5), ("xz", 4), ("yz", 3)))
    assert {chr(row): int(value) for (row, _column), value in found.items()} == {"x": 3, "y": 2, "z": 1}
    assert is_whole
    assert solve(sums(("ab", 7), ("cd", 9), ("ac", 5), ("bd", 11)))[0] == {}


def test_more_than_can_be_solved_is_said() -> None:
    many = [Sum(unknown={(at, "p"): 1, (at + 1, "p"): 1}, rest=Fraction(9)) for at in range(LARGEST + 1)]
    assert solve(many) == ({}, False)


@given(st.integers(0, 1_000_000))
def test_what_is_told_is_true_and_nothing_is_told_that_could_be_otherwise(seed: int) -> None:
    chance = random.Random(seed)
    table = {(row, str(column)): chance.randint(1, 30) for row in range(4) for column in range(3)}
    hidden = set(chance.sample(sorted(table), chance.randint(1, 7)))
    lines = [[cell for cell in table if cell[0] == row] for row in range(4)]
    lines += [[cell for cell in table if cell[1] == column] for column in "012"]
    asked = []
    for line in lines:
        if unknown := hidden.intersection(line):
            rest = Fraction(sum(table[cell] for cell in unknown))
            asked.append(Sum(unknown=dict.fromkeys(unknown, 1), rest=rest))
    found, is_whole = solve(asked)
    assert is_whole
    assert found == {cell: table[cell] for cell in found}
    # Four hidden cells at the corners of a square can all be moved by one, and every total stays what it is.
    for row, column in hidden:
        for other_row, other in hidden:
            square = {(row, column), (row, other), (other_row, column), (other_row, other)}
            if len(square) == 4 and square <= hidden and all(table[cell] > 1 for cell in hidden):
                assert (row, column) not in found
