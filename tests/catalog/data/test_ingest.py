"""From text to typed columns: what is taken, what is refused and how that is told."""

import datetime
import hashlib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from catalog.data.errors import IngestCancelled, UnreadableFile
from catalog.data.formats.plain import NotPlain, PlainText
from catalog.data.ingest import IngestReport, filled_parts, ingest, landed, writing
from catalog.data.schema import ROW_COLUMN, Column, ItemType


def column(kind: str = "C", **facts: Any) -> Column:
    return Column(id="x", name="x", title="值", type=ItemType(kind), **facts)


def take(tmp_path: Path, columns: list[Column], text: str, **options: Any) -> tuple[IngestReport, list[dict[str, Any]]]:
    source, target = tmp_path / "in.csv", tmp_path / "out" / "typed.parquet"
    source.write_text(text)
    report = ingest(source, columns, target, **options)
    return report, pq.read_table(target).to_pylist() if target.exists() else []


def quoted(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'


def one(tmp_path: Path, kind: str, value: str, **facts: Any) -> Any:
    """Ingest a single cell; give its value, or the reason code as ("!", code)."""
    report, rows = take(tmp_path, [column(kind, **facts)], f"x\n{quoted(value)}\n")
    if report.stands:
        return rows[0]["x"]
    return "!", report.counts[0].code


GOOD = [
    ("C", "0431", "0431"),
    ("C", "220102199001011234\t", "220102199001011234"),
    ("C", "\u3000长春 ", "长春"),
    ("C", "=1+1", "=1+1"),
    ("C", "'0431", "0431"),
    ("C", "'=1+1", "=1+1"),
    ("C", "'吉林'", "'吉林'"),
    ("C", '="0012"', "0012"),
    ("C", "\u200b220102\ufeff", "220102"),
    ("C", "无", "无"),
    ("C", "N/A", "N/A"),
    ("C", "-", "-"),
    ("C", "1E10", "1E10"),
    ("N", "1,234.50", Decimal("1234.5")),
    ("N", "１２３．４", Decimal("123.4")),
    ("N", "-0.001", Decimal("-0.001")),
    ("N", "12345678901234567890.12", Decimal("12345678901234567890.12")),
    ("Y", "￥1,000,000.00元", Decimal("1000000")),
    ("I", "-42", -42),
    ("I", "'42", 42),
    ("I", "7.0", 7),
    ("I", "1,000", 1000),
    ("B", "1.5e3", 1500.0),
    ("F", ".5", 0.5),
    ("L", "是", True),
    ("L", "否", False),
    ("L", "有", True),
    ("L", "无", False),
    ("L", "√", True),
    ("L", "TRUE", True),
    ("L", "０", False),
    ("D", "2023年1月5日", datetime.date(2023, 1, 5)),
    ("D", "2023/1/5", datetime.date(2023, 1, 5)),
    ("D", "20230105", datetime.date(2023, 1, 5)),
    ("D", "2023.1.5", datetime.date(2023, 1, 5)),
    ("D", "２０２３－０１－０５", datetime.date(2023, 1, 5)),
    ("D", "2023-01-05 00:00:00", datetime.date(2023, 1, 5)),
    ("D", "1644-10-30", datetime.date(1644, 10, 30)),
    ("T", "2023年1月5日 13时04分", datetime.datetime(2023, 1, 5, 13, 4)),  # noqa: DTZ001
    ("T", "2023-01-05T13:04:05", datetime.datetime(2023, 1, 5, 13, 4, 5)),  # noqa: DTZ001
    ("D", "二〇二三年一月五日", datetime.date(2023, 1, 5)),
    ("D", "二零二三年十二月三十一日", datetime.date(2023, 12, 31)),
    ("D", "二○二三年十月二十日", datetime.date(2023, 10, 20)),
    ("D", "2023年元月5号", datetime.date(2023, 1, 5)),
    ("T", "2023年1月5日 下午3:04", datetime.datetime(2023, 1, 5, 15, 4)),  # noqa: DTZ001
    ("T", "2023/1/5 12:30:00 AM", datetime.datetime(2023, 1, 5, 0, 30)),  # noqa: DTZ001
    ("T", "2023年1月5日上午9时", datetime.datetime(2023, 1, 5, 9)),  # noqa: DTZ001
    ("T", "20230105130405", datetime.datetime(2023, 1, 5, 13, 4, 5)),  # noqa: DTZ001
    ("T", "2023-01-05T13:04:05+08:00", datetime.datetime(2023, 1, 5, 13, 4, 5)),  # noqa: DTZ001
    ("T", "20230105", datetime.datetime(2023, 1, 5)),  # noqa: DTZ001
    ("M", "第一\n第二", "第一\n第二"),
]


@pytest.mark.parametrize(("kind", "text", "value"), GOOD)
def test_good_cell_gets_its_value(tmp_path: Path, kind: str, text: str, value: Any) -> None:
    assert one(tmp_path, kind, text) == value


BAD = [
    ("C", "4.20106E+17", {}, "scientific"),
    ("I", "4.20106E+17", {}, "scientific"),
    ("N", "1.2E+10", {}, "scientific"),
    ("C", "长春市南关区", {"length": 5}, "length"),
    ("I", "123456", {"length": 5}, "length"),
    ("N", "12,34", {}, "number"),
    ("N", "12%", {}, "unit"),
    ("Y", "3.5万元", {}, "unit"),
    ("N", "1.2亿", {}, "unit"),
    ("I", "12 人", {}, "unit"),
    ("N", "1" * 39, {}, "number"),
    ("N", "无", {}, "number"),
    ("B", "inf", {}, "number"),
    ("I", "1.5", {}, "integer"),
    ("I", "9223372036854775808", {}, "integer"),
    ("L", "也许", {}, "boolean"),
    ("D", "2023-02-30", {}, "date"),
    ("D", "5/1/2023", {}, "date"),
    ("D", "45000", {}, "day_number"),
    ("T", "45000.5", {}, "day_number"),
    ("D", "2023年1月", {}, "date"),
    ("D", "23-1-5", {}, "date"),
    ("D", "二〇二三年二月三十日", {}, "date"),
    ("T", "2023-01-05 上午13:00", {}, "datetime"),
    ("T", "2023-01-05T13:00:00Z", {}, "datetime"),
    ("I", "-", {"nullable": False}, "null"),
    ("D", "2023-01-05 12:00:00", {}, "date"),
    ("T", "2023-01-05 25:00", {}, "datetime"),
    ("T", "昨天", {}, "datetime"),
    ("C", "3", {"values": ("1", "2")}, "code_list"),
]


@pytest.mark.parametrize(("kind", "text", "facts", "code"), BAD)
def test_bad_cell_gets_its_reason(tmp_path: Path, kind: str, text: str, facts: dict[str, Any], code: str) -> None:
    assert one(tmp_path, kind, text, **facts) == ("!", code)


TWO = [
    Column(id="c1", name="code", title="代码", primary_key=True),
    Column(id="c2", name="amount", title="金额", type=ItemType.NUMERIC),
]


@pytest.mark.parametrize("kind", ["I", "N", "B", "D", "T", "L"])
@pytest.mark.parametrize("word", ["NULL", "\\N", "N/A", "NaN", "-", "——", "/"])
def test_words_for_no_value_are_none_and_are_told(tmp_path: Path, kind: str, word: str) -> None:
    report, rows = take(tmp_path, [column(kind), Column(id="y", name="y")], f"x,y\n{word},1\n")
    assert rows == [{"__row": 2, "x": None, "y": "1"}]
    assert [(note.code, note.params) for note in report.notes] == [("note_no_value", {"column": "x", "cells": 1})]


def test_rows_keep_their_order_when_others_are_left_out(tmp_path: Path) -> None:
    text = "code,amount\n" + "".join(f'"{n:06d}",{n if n % 1000 else "x"}\n' for n in range(150_000))
    report, rows = take(tmp_path, TWO, text, tolerance=0.01)
    assert (report.stands, report.rejected) == (True, 150)
    lines = [row["__row"] for row in rows]
    assert lines == sorted(lines)


def test_header_is_found_by_name_or_title_in_any_order_and_width(tmp_path: Path) -> None:
    report, rows = take(tmp_path, TWO, "金额,ＣＯＤＥ\n1,001\n")
    assert report.stands
    assert rows == [{"__row": 2, "c1": "001", "c2": Decimal(1)}]


def test_missing_column_keeps_the_version_from_standing(tmp_path: Path) -> None:
    report, rows = take(tmp_path, TWO, "code,其他\n1,2\n")
    assert not report.stands
    assert (report.missing_columns, report.unknown_columns, rows) == (("amount",), ("其他",), [])


def test_unknown_column_is_told_and_left_out(tmp_path: Path) -> None:
    report, rows = take(tmp_path, TWO, "code,amount,extra\n1,2,3\n")
    assert report.stands
    assert report.unknown_columns == ("extra",)
    assert "extra" not in rows[0]


def test_file_without_fitting_header_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="header_missing"):
        take(tmp_path, TWO, "001,5\n002,6\n")


def test_two_header_cells_for_one_column_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="header_duplicate"):
        take(tmp_path, TWO, "code,代码\n1,2\n")


def test_report_names_line_column_value_and_reason(tmp_path: Path) -> None:
    report, rows = take(tmp_path, TWO, "code,amount\n1,2\n,3\n2,x\n1,4\n5\n6,7,8\n")
    assert not report.stands
    assert rows == []
    assert (report.rows, report.rejected, report.accepted) == (6, 5, 1)
    told = [(s.line, s.column, s.value, s.code) for s in report.samples]
    assert told == [
        (3, "code", None, "null"),
        (4, "amount", "x", "number"),
        (5, "code", "1", "duplicate_key"),
        (6, "", "1", "too_few_cells"),
        (7, "", "3", "too_many_cells"),
    ]
    assert sorted(count.code for count in report.counts) == sorted(code for *_, code in told)


def test_rows_that_do_not_fit_are_left_out_within_the_tolerance(tmp_path: Path) -> None:
    report, rows = take(tmp_path, TWO, "code,amount\n1,2\n2,x\n3,4\n", tolerance=0.4)
    assert report.stands
    assert [row["c1"] for row in rows] == ["1", "3"]


def test_all_rejects_go_to_their_file(tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.parquet"
    report, _ = take(tmp_path, TWO, "code,amount\n" + "".join(f"{n},x\n" for n in range(500)), rejects=rejects)
    assert len(report.samples) == 100
    assert pq.read_table(rejects).num_rows == 500


def test_composite_key_is_unique_as_a_whole(tmp_path: Path) -> None:
    columns = [Column(id=name, name=name, primary_key=True) for name in ("a", "b")]
    report, _ = take(tmp_path, columns, "a,b\n1,1\n1,2\n2,1\n")
    assert report.stands
    report, _ = take(tmp_path, columns, "a,b\n1,1\n1,1\n")
    assert [(s.column, s.value, s.code) for s in report.samples] == [("a, b", "1 / 1", "duplicate_key")]


def test_equal_numbers_written_differently_are_one_key(tmp_path: Path) -> None:
    report, _ = take(tmp_path, [column("I", primary_key=True)], 'x\n1000\n"1,000"\n')
    assert report.counts[0].code == "duplicate_key"


def test_file_with_only_a_header_does_not_stand(tmp_path: Path) -> None:
    report, _ = take(tmp_path, TWO, "code,amount\n")
    assert (report.stands, report.rows) == (False, 0)


def test_canceling_leaves_nothing_behind(tmp_path: Path) -> None:
    def stop(stage: str, rows: int) -> None:
        if stage == "writing":
            raise IngestCancelled("canceled")

    with pytest.raises(IngestCancelled):
        take(tmp_path, TWO, "code,amount\n1,2\n", progress=stop)
    assert list((tmp_path / "out").iterdir()) == []


def test_hash_and_size_are_of_the_written_file(tmp_path: Path) -> None:
    report, _ = take(tmp_path, TWO, "code,amount\n1,2\n")
    content = (tmp_path / "out" / "typed.parquet").read_bytes()
    assert (report.bytes, report.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert list((tmp_path / "out").iterdir()) == [tmp_path / "out" / "typed.parquet"]


def test_quotes_in_names_and_code_lists_are_only_text(tmp_path: Path) -> None:
    hostile = Column(id='a"b', name="a';drop", title="t", values=("it's", 'x"y'))
    report, rows = take(tmp_path, [hostile], "t\nit's\n")
    assert report.stands
    assert rows[0]['a"b'] == "it's"


PLAIN = "code,amount\n" + "".join(f"{n:05d},{n}\n" for n in range(50_000))
HARDER = {
    "blank line at the end": PLAIN + "\n\n",
    "blank line inside": PLAIN + "\n99999,1\n",
    "row without values": PLAIN + ",\n99999,1\n",
    "row of blanks": PLAIN + " ,\u3000\n",
    "line ends of two kinds": PLAIN + "99998,1\r\n99999,1\n",
    "trailing delimiter": PLAIN + "99999,1,\n",
    "quotation mark": PLAIN + '99999,"1"\n',
    "no last line end": PLAIN + "99999,1",
    "end mark of DOS": PLAIN + "99999,1\n\x1a",
    "other delimiter": PLAIN.replace(",", "\t"),
    "blank line first": "\n" + PLAIN,
}


@pytest.mark.parametrize("text", HARDER.values(), ids=HARDER.keys())
def test_quick_way_gives_what_the_careful_way_gives(tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    quick, quick_rows = take(tmp_path, TWO, text)

    def refuse(*_: Any) -> None:
        raise NotPlain

    monkeypatch.setattr(PlainText, "batches", refuse)
    (tmp_path / "out" / "typed.parquet").unlink()
    careful, careful_rows = take(tmp_path, TWO, text)
    assert quick == careful
    assert quick_rows == careful_rows
    assert careful.stands


def test_quick_way_keeps_lines_and_encodings(tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "typed.parquet"
    columns = [Column(id="a", name="代码"), Column(id="b", name="名称")]
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16"):
        source.write_bytes(("\n代码,名称,其他\n" + "".join(f"{n},䶮{n},x\n" for n in range(30_000))).encode(encoding))
        assert ingest(source, columns, target).stands
        rows = pq.read_table(target).to_pylist()
        assert rows[0] == {"__row": 3, "a": "0", "b": "䶮0"}
        assert rows[-1] == {"__row": 30_002, "a": "29999", "b": "䶮29999"}


@pytest.mark.parametrize("blank", ["", " ", "\u3000", "\u200b"])
def test_blanks_around_plain_cells_are_taken_off_and_those_inside_stay(tmp_path: Path, blank: str) -> None:
    columns = [Column(id="c1", name="code"), Column(id="c2", name="name")]
    report, rows = take(tmp_path, columns, f"code,name\n{blank}1{blank},长{blank}春{blank}\n2,{blank}\n")
    assert report.stands
    assert [(row["c1"], row["c2"]) for row in rows] == [("1", f"长{blank}春"), ("2", None)]


def test_a_bad_cell_late_in_a_file_of_several_parts_leaves_no_part(tmp_path: Path) -> None:
    text = "code,amount\n" + "".join(f"{number},{number}\n" for number in range(1, 100)) + "100,x\n101,y\n"
    report, rows = take(tmp_path, TWO, text, part_rows=30)
    assert (report.stands, report.rejected, rows) == (False, 2, [])
    assert [sample.line for sample in report.samples] == [101, 102]
    assert list((tmp_path / "out").iterdir()) == []


def test_words_for_no_value_are_counted_where_nothing_is_wrong(tmp_path: Path) -> None:
    report, rows = take(tmp_path, TWO, "code,amount\n1,-\n2,\n3,n/a\n4,5\n")
    assert report.stands
    assert [(note.code, note.params) for note in report.notes] == [("note_no_value", {"column": "amount", "cells": 2})]
    assert len(rows) == 4


KEYED = [Column(id="a", name="a", primary_key=True), Column(id="b", name="b", primary_key=True)]


def test_report_names_the_key_that_holds_in_what_was_taken(tmp_path: Path) -> None:
    report, rows = take(tmp_path, KEYED, "a,b\n1,1\n1,2\n")
    assert report.key == ("a", "b")
    assert len(rows) == 2


def test_report_names_the_key_when_rows_that_break_it_are_left_out(tmp_path: Path) -> None:
    report, rows = take(tmp_path, KEYED, "a,b\n1,1\n1,1\n1,2\n", tolerance=0.5)
    assert report.key == ("a", "b")
    assert [(row["a"], row["b"]) for row in rows] == [("1", "1"), ("1", "2")]


def test_report_names_no_key_when_nothing_was_taken(tmp_path: Path) -> None:
    report, _rows = take(tmp_path, KEYED, "a,b\n1,1\n1,1\n")
    assert report.key == ()
    assert "key" not in report.to_json()


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


def test_order_is_watched_across_row_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landed, "ROW_GROUP", 2)
    report, _rows = take(tmp_path, [column(primary_key=True)], "x\n1\n2\n2\n3\n")
    assert [(count.code, count.count) for count in report.counts] == [("duplicate_key", 1)]
