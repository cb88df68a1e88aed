"""Texts that are their own values are taken as they landed."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from catalog.data.ingest import filled_parts, landed, writing
from catalog.data.schema import ROW_COLUMN, Column, ItemType
from tests.catalog.data.ingest.taking import column, take

TEXTS = [
    Column(id="a", name="a", primary_key=True, length=6),
    Column(id="b", name="b", type=ItemType.MEMO),
    Column(id="c", name="c", values=("甲", "乙")),
]


@pytest.mark.parametrize("row", ["1,说明,甲", "1,,甲", "1,说明,", "1,E+5,乙", "1,it's = \"x,甲"])
def test_texts_that_are_their_own_values_are_taken_as_they_landed(
    tmp_path: Path, row: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "_copy", lambda *_asked: pytest.fail("was written once more"))
    report, rows = take(tmp_path, TEXTS, f"a,c,b\n0,甲,说明\n{','.join(row.split(',')[at] for at in (0, 2, 1))}\n")
    assert report.accepted == 2
    assert list(rows[0]) == [ROW_COLUMN, "a", "b", "c"]
    assert list(rows[1].values())[1:] == [cell or None for cell in row.split(",")]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("1234567,x,甲", "length"),
        (",x,甲", "null"),
        ("NULL,x,甲", "null"),
        ("1,x,丙", "code_list"),
        ("1E+5,x,甲", "scientific"),
        ("0,x,甲", "duplicate_key"),
        ("'0,x,甲", "duplicate_key"),
    ],
)
def test_one_cell_among_texts_that_does_not_fit_is_found(tmp_path: Path, row: str, code: str) -> None:
    report, rows = take(tmp_path, TEXTS, f"a,b,c\n0,y,乙\n2,NULL,甲\n{row}\n", tolerance=0.5)
    assert [(count.code, count.count) for count in report.counts] == [(code, 1)]
    assert [list(row.values()) for row in rows] == [[2, "0", "y", "乙"], [3, "2", None, "甲"]]


def test_key_need_not_come_in_order(tmp_path: Path) -> None:
    report, _rows = take(tmp_path, TEXTS, "a,b,c\n2,x,甲\n10,x,甲\n1,x,甲\n")
    assert report.key == ("a",)
    report, _rows = take(tmp_path, TEXTS, "a,b,c\n2,x,甲\n1,x,甲\n2,x,甲\n")
    assert [count.code for count in report.counts] == ["duplicate_key"]


@pytest.mark.parametrize("columns", [TEXTS, [*TEXTS, Column(id="d", name="d", type=ItemType.INTEGER)]])
def test_rows_land_in_parts_with_their_lines(tmp_path: Path, columns: list[Column]) -> None:
    lines = "".join(f"{number},x,甲,{number}\n" for number in range(1, 8))
    report, _rows = take(tmp_path, columns, f"a,b,c,d\n{lines}", part_rows=3, row_offset=100)
    parts = [pq.read_table(part).to_pylist() for part in filled_parts(tmp_path / "out" / "typed.parquet")]
    assert report.accepted == 7
    assert [[row[ROW_COLUMN] for row in part] for part in parts] == [[102, 103, 104], [105, 106, 107], [108]]


def test_a_row_group_ends_where_its_texts_are_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landed, "_MOST_BYTES", 100)
    text = "字" * 40
    report, rows = take(tmp_path, [column()], "x\n" + f"{text}\n" * 3)
    assert (report.accepted, [row["x"] for row in rows]) == (3, [text] * 3)
