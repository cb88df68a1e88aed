"""The fields of a type: what values they take, what the public sees of them, how they are described."""

from __future__ import annotations

import pytest

from licenses.seals.schema import check_values, claims, json_schema, public_values, read_fields
from portal.kernel.errors import Invalid

FIELDS = read_fields(
    [
        {"key": "area", "name_zh": "面积", "kind": "number", "exposure": "masked"},
        {"key": "since", "name_zh": "起始日期", "kind": "date", "required": False, "exposure": "shown"},
        {"key": "kind", "name_zh": "类别", "name_en": "Kind", "kind": "choice", "choices": ["甲", " 乙 ", ""]},
        {"key": "note", "name_zh": "备注", "required": False},
    ]
)


def test_fields_come_back_as_they_were_stored() -> None:
    assert read_fields([spec.to_json() for spec in FIELDS]) == FIELDS
    assert FIELDS[2].choices == ("甲", "乙")


@pytest.mark.parametrize(("text", "clean"), [("12,000.50", "12000.50"), ("1E+3", "1000"), ("-0.5", "-0.5")])
def test_numbers_are_kept_as_plain_decimals(text: str, clean: str) -> None:
    assert check_values(FIELDS, {"area": text, "kind": "甲"}) == {"area": clean, "kind": "甲"}


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"area": "many", "kind": "甲"}, "area"),
        ({"area": "NaN", "kind": "甲"}, "area"),
        ({"area": "", "kind": "甲"}, "area"),
        ({"area": "1e999999999", "kind": "甲"}, "area"),
        ({"area": "1e-999999999", "kind": "甲"}, "area"),
        ({"area": "1" * 41, "kind": "甲"}, "area"),
        ({"area": "1", "kind": "甲", "note": "a\x00b"}, "note"),
        ({"area": "1", "kind": "甲", "note": "a\ud800b"}, "note"),
        ({"area": "1", "kind": "丙"}, "kind"),
        ({"area": "1", "kind": "甲", "since": "2026-02-30"}, "since"),
        ({"area": "1", "kind": "甲", "note": "长" * 2001}, "note"),
        ({"area": "1", "kind": "甲", "extra": "1"}, "extra"),
    ],
)
def test_wrong_values_are_named(values: dict[str, str], wrong: str) -> None:
    with pytest.raises(Invalid) as caught:
        check_values(FIELDS, values)
    assert set(caught.value.fields) == {wrong}


def test_public_sees_what_the_type_opens() -> None:
    seen = public_values(FIELDS, {"area": "12345", "since": "2026-01-01", "kind": "甲", "note": "x"})
    assert [(spec.key, value) for spec, value in seen] == [("area", "1***5"), ("since", "2026-01-01")]


def test_description_fits_the_fields() -> None:
    schema = json_schema(FIELDS)
    assert schema["required"] == ["area", "kind"]
    assert schema["properties"]["since"]["format"] == "date"
    assert schema["properties"]["kind"]["enum"] == ["甲", "乙"]
    assert "pattern" in schema["properties"]["area"]
    described = claims(FIELDS)
    assert [len(claim["display"]) for claim in described] == [1, 1, 2, 1]
    assert [claim["mandatory"] for claim in described] == [True, False, True, False]
