"""Lists of codes: read from every form, with everything that is wrong named; compared; and what ships with us."""

import json
from pathlib import Path

import pytest
import xlsxwriter

from catalog.data.errors import UnreadableFile
from catalog.data.schema import ItemType
from catalog.data.standards.checks import CHECKS, is_pattern
from catalog.data.standards.codes import CodeRow, circles, compare_codes, read_codes
from catalog.data.standards.shipped import shipped_code_sets, shipped_codes, shipped_elements


def row(code: str, label: str = "名", **fields: str) -> CodeRow:
    return CodeRow(code=code, label_zh=label, **fields)


def test_chinese_heads_are_understood_and_zeros_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("代码,名称,上级代码,启用日期\n01,汉族,,2020-01-01\n0101,分支,01,\n", encoding="gb18030")
    found = read_codes(path, "a.csv")
    assert found.problems == ()
    assert found.rows == (row("01", "汉族", valid_from="2020-01-01"), row("0101", "分支", parent="01"))


def test_a_sheet_and_a_json_file_hold_the_same(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "a.xlsx")
    sheet = book.add_worksheet()
    for at, cells in enumerate([("code", "label_zh"), ("01", "甲"), ("02", "乙")]):
        sheet.write_row(at, 0, cells)
    book.close()
    listed = [{"code": "01", "label_zh": "甲"}, {"code": "02", "label_zh": "乙"}]
    (tmp_path / "a.json").write_text(json.dumps(listed), encoding="utf-8")
    wanted = (row("01", "甲"), row("02", "乙"))
    assert read_codes(tmp_path / "a.xlsx", "a.xlsx").rows == wanted
    assert read_codes(tmp_path / "a.json", "a.json").rows == wanted


def test_everything_wrong_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    lines = [
        "code,label_zh,parent,valid_from,valid_to",
        "1,甲,,2020-02-30,",
        ",乙,,,",
        "1,丙,,,",
        "2,,9,2021-01-01,2020-01-01",
        f"{'3' * 61},{'长' * 201},,,",
        "4,丁,5,,",
        "5,戊,4,,",
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    found = {(p.line, p.field, p.reason) for p in read_codes(path, "a.csv").problems}
    assert found == {
        (2, "valid_from", "date"),
        (3, "code", "null"),
        (4, "code", "code_twice"),
        (5, "label_zh", "null"),
        (5, "parent", "code_parent_unknown"),
        (5, "valid_to", "code_days_crossed"),
        (6, "code", "length"),
        (6, "label_zh", "length"),
        (7, "parent", "code_parent_circle"),
        (8, "parent", "code_parent_circle"),
    }


def test_a_file_without_the_columns_says_which_are_missing(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("x,y\n1,2\n", encoding="utf-8")
    assert [(p.field, p.reason) for p in read_codes(path, "a.csv").problems] == [
        ("code", "code_column_missing"),
        ("label_zh", "code_column_missing"),
    ]


def test_what_is_no_table_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.7\x00\x01")
    with pytest.raises(UnreadableFile):
        read_codes(path, "a.pdf")


def test_versions_are_compared_code_by_code() -> None:
    before = [row("1", "甲"), row("2", "乙"), row("3", "丙")]
    after = [row("1", "甲"), row("2", "乙改"), row("4", "丁")]
    changes = compare_codes(before, after)
    assert [(c.code, c.kind) for c in changes] == [("2", "changed"), ("3", "removed"), ("4", "added")]
    assert changes[0].fields == (("label_zh", "乙", "乙改"),)
    assert circles([row("1", parent="1")]) == ["1"]


def test_shipped_code_sets_are_whole() -> None:
    sets = {found["code"]: found for found in shipped_code_sets()}
    counts = {code: len(shipped_codes(code)) for code in sets if code != "gbt-2260-jilin"}
    assert counts["gbt-3304"] == 56
    assert counts["gbt-2261-1"] == 4
    assert counts["gbt-2261-2"] == 8
    for code in counts:
        rows = shipped_codes(code)
        assert len({r.code for r in rows}) == len(rows), code
        assert circles(rows) == []
        assert all(r.label_zh and r.label_en for r in rows), code
    assert all(found["source"] and found["name_en"] for found in sets.values())


def test_shipped_elements_name_what_exists() -> None:
    sets = {found["code"] for found in shipped_code_sets()}
    elements = shipped_elements()
    assert len({found["identifier"] for found in elements}) == len(elements)
    for found in elements:
        assert found["code_set"] in sets | {""}
        assert found["check_rule"] in {*CHECKS, ""}
        assert is_pattern(found["pattern"])
        assert found["definition"]
        is_text = ItemType(found["type"]).is_text
        assert is_text or not (found["pattern"] or found["check_rule"] or found["code_set"])
