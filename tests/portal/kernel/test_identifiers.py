"""Identifiers: published vectors, and that any single changed character is noticed."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel.identifiers import (
    MOD_37_36_ALPHABET,
    USCC_ALPHABET,
    identity_check,
    is_identity_number,
    is_uscc,
    license_identifier,
    make_uscc,
    mod37_36,
    parse_license_identifier,
)

VECTOR = "1.2.156.3005.2.11220000MB9990004P001.11220100MB9990012P.2026000001.001.A"
organizations = st.text(alphabet="0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=8, max_size=8)


@pytest.mark.parametrize("code", ["11220000MB9990004P", "11220100MB9990012P", "91220101MA9990000L"])
def test_published_uscc_is_valid(code: str) -> None:
    assert is_uscc(code)


@pytest.mark.parametrize(
    "code", ["", "11220000MB9990004Q", "11220000MB999000XP", "1122000OMB9990004P", "11220000mb9990004p"]
)
def test_wrong_uscc_is_refused(code: str) -> None:
    assert not is_uscc(code)


@given(organizations, st.integers(0, 17), st.sampled_from(USCC_ALPHABET))
def test_one_changed_character_breaks_a_uscc(organization: str, place: int, other: str) -> None:
    code = make_uscc("11", "220000", organization)
    assert is_uscc(code)
    changed = code[:place] + other + code[place + 1 :]
    assert changed == code or not is_uscc(changed)


def test_identity_number_needs_a_real_date_and_its_check() -> None:
    base = "22010219900307123"
    assert is_identity_number(base + identity_check(base))
    impossible = "22010219900231123"
    assert not is_identity_number(impossible + identity_check(impossible))
    assert not is_identity_number("22010219900307123")
    wrong = "X" if identity_check(base) != "X" else "0"
    assert not is_identity_number(base + wrong)


@pytest.mark.parametrize(("text", "check"), [("A1Z9", "3"), ("0", "2")])
def test_published_mod_37_36_checks(text: str, check: str) -> None:
    assert mod37_36(text) == check


def test_published_license_identifier() -> None:
    assert license_identifier("11220000MB9990004P001", "11220100MB9990012P", "2026000001", 1) == VECTOR
    parsed = parse_license_identifier(VECTOR)
    assert (parsed.serial, parsed.version, str(parsed)) == ("2026000001", 1, VECTOR)


@given(st.integers(0, len(VECTOR) - 1), st.sampled_from(MOD_37_36_ALPHABET))
def test_one_changed_character_breaks_a_license_identifier(place: int, other: str) -> None:
    changed = VECTOR[:place] + other + VECTOR[place + 1 :]
    if changed == VECTOR:
        return
    with pytest.raises(ValueError, match=r"form|version|check"):
        parse_license_identifier(changed)


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        (("11220000MB9990004Q001", "11220100MB9990012P", "1", 1), "type code"),
        (("11220000MB9990004P001", "11220100MB9990012Q", "1", 1), "USCC"),
        (("11220000MB9990004P001", "11220100MB9990012P", "a-b", 1), "serial"),
        (("11220000MB9990004P001", "11220100MB9990012P", "1", 1000), "serial"),
    ],
)
def test_wrong_parts_are_refused_by_name(parts: tuple[str, str, str, int], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        license_identifier(*parts)


def test_version_zero_is_refused() -> None:
    zero = re.sub(r"\.001\.A$", ".000.", VECTOR)
    body = "".join(zero.split(".")[5:9])
    with pytest.raises(ValueError, match="version"):
        parse_license_identifier(zero + mod37_36(body))
