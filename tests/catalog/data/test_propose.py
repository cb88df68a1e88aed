"""Proposals over the whole file: codes stay codes."""

from pathlib import Path

import pytest

from catalog.data.errors import UnreadableFile
from catalog.data.ingest import ingest
from catalog.data.profile import profile
from catalog.data.propose import propose

HEADER = "编号,区划代码,手机号,金额,日期,登记时间,是否有效,数量,年份,备注,空"
ROW = '{n:04d},220102,1380000{n:04d},"1,{n:03d}.50",2023年1月{d}日,2023/1/{d} 10:00,是,{n},2023,第{n}条,\n'


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "in.csv"
    rows = "".join(ROW.format(n=n, d=n % 28 + 1) for n in range(1, 300))
    path.write_text(f"{HEADER}\n{rows}")
    return path


def test_types_keys_and_names_are_proposed(table: Path) -> None:
    columns = propose(table)
    assert "".join(column.type.value for column in columns) == "CCCNDTLIICC"
    assert [column.title for column in columns] == HEADER.split(",")
    assert [column.name for column in columns][:2] == ["bian_hao", "qu_hua_dai_ma"]
    assert [column.primary_key for column in columns] == [True] + [False] * 10
    assert [column.nullable for column in columns] == [False] * 10 + [True]
    assert columns[1].length == 6


def test_file_fits_its_own_proposal(table: Path, tmp_path: Path) -> None:
    report = ingest(table, propose(table), tmp_path / "out.parquet")
    assert report.stands, report.samples


def test_the_last_row_decides(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("数量\n" + "1\n" * 50_000 + "无\n")
    assert propose(path)[0].type.value == "C"


def test_names_of_equal_length_are_no_code(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("负责人,代码\n" + "张秀兰,A01\n" * 20)
    assert [column.length for column in propose(path)] == [10, 3]


@pytest.mark.parametrize("values", [["012", "345"], ["123456789012345678"], ["99999999"]])
def test_long_or_zero_led_digits_are_text(tmp_path: Path, values: list[str]) -> None:
    path = tmp_path / "in.csv"
    path.write_text("value\n" + "\n".join(values) + "\n")
    assert propose(path)[0].type.value == "C"


def test_data_in_place_of_a_header_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("220102,2023-01-05\n220103,2023-01-06\n")
    with pytest.raises(UnreadableFile, match="header_missing"):
        propose(path)


def test_profile_counts_ranges_and_bins(table: Path, tmp_path: Path) -> None:
    columns, target = propose(table), tmp_path / "out.parquet"
    ingest(table, columns, target)
    found = profile(target, columns, tmp_path)
    by_title = {column.title: known for column, known in zip(columns, found.columns, strict=True)}
    assert found.rows == 299
    assert by_title["空"].nulls == 299
    assert by_title["编号"].distinct == 299
    assert by_title["编号"].frequent == ()
    assert by_title["区划代码"].frequent == (("220102", 299),)
    assert (by_title["区划代码"].minimum, by_title["区划代码"].longest) == (None, 6)
    assert (by_title["数量"].minimum, by_title["数量"].maximum) == (1, 299)
    assert sum(bar.count for bar in by_title["数量"].histogram) == 299
    assert by_title["日期"].maximum == "2023-01-28"
    assert len(found.to_json()["columns"]) == 11
