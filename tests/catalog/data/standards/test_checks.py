"""The checks in SQL say of every text what the plain Python of the kernel says."""

from collections.abc import Callable, Sequence

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.data.standards.checks import CHECKS, card_sql, check_sql, is_pattern, located_identity_sql
from portal.kernel.identifiers import identity_check, is_identity_number, is_uscc, make_uscc

HOSTILE = ["", " ", "０１２３４５６７８９０１２３４５６７", "长" * 18, "X" * 18, "😀" * 18, "22010219900230123X"]


def answers(sql: Callable[[str], str], values: Sequence[str]) -> list[bool]:
    connection = duckdb.connect(":memory:")
    try:
        rows = connection.execute(f"SELECT {sql('v')} FROM (SELECT unnest(?) AS v)", [list(values)]).fetchall()
    finally:
        connection.close()
    return [row[0] for row in rows]


def luhn(text: str) -> bool:
    digits = [int(c) for c in reversed(text)]
    return sum(d if at % 2 == 0 else sum(divmod(d * 2, 10)) for at, d in enumerate(digits)) % 10 == 0


days = st.dates().map(lambda day: f"{day:%Y%m%d}".zfill(8))
bases = st.builds("{}{}{:03d}".format, st.sampled_from(["220102", "110101", "990000"]), days, st.integers(0, 999))
identities = st.lists(st.one_of(bases.map(lambda b: b + identity_check(b)), bases.map(lambda b: b + "0")), min_size=1)
codes = st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=8, max_size=8)
usccs = st.lists(
    st.one_of(codes.map(lambda c: make_uscc("91", "220101", c)), st.text("0123456789AXI", min_size=18, max_size=18)),
    min_size=1,
)


@given(identities)
def test_identity_numbers_are_judged_as_the_kernel_does(values: list[str]) -> None:
    assert answers(CHECKS["identity"], values) == [is_identity_number(value) for value in values]


@given(usccs)
def test_credit_codes_are_judged_as_the_kernel_does(values: list[str]) -> None:
    assert answers(CHECKS["uscc"], values) == [is_uscc(value) for value in values]


@given(st.lists(st.integers(10**12, 10**16 - 1).map(lambda n: f"621{n}"), min_size=1))
def test_cards_are_judged_by_luhn(values: list[str]) -> None:
    assert answers(card_sql, values) == [luhn(value) for value in values]


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_hostile_texts_pass_no_check_and_break_none(name: str) -> None:
    assert answers(lambda text: check_sql(name, text), HOSTILE) == [False] * len(HOSTILE)


def test_a_number_of_no_division_is_no_located_identity_number() -> None:
    base = "99010119900101001"
    real = "22010119900101001"
    values = [base + identity_check(base), real + identity_check(real)]
    assert answers(CHECKS["identity"], values) == [True, True]
    assert answers(located_identity_sql, values) == [False, True]


@pytest.mark.parametrize(("pattern", "is_one"), [("[0-9]{6}", True), ("(a", False), (r"(?=x)", False), (r"\1", False)])
def test_only_patterns_that_run_in_linear_time_are_taken(pattern: str, is_one: bool) -> None:
    assert is_pattern(pattern) is is_one
