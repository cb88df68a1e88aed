"""From text to typed cells: what is taken, what is refused and with which reason."""

import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from catalog.data.schema import Column
from tests.catalog.data.ingest.taking import TWO, column, quoted, take


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
    ("D", "0100-01-01", datetime.date(100, 1, 1)),
    ("D", "0010-01-01", datetime.date(10, 1, 1)),
    ("D", "2000-01-01", datetime.date(2000, 1, 1)),
    ("D", "0001-01-01", datetime.date(1, 1, 1)),
    ("D", "9999-12-31", datetime.date(9999, 12, 31)),
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
    ("T", "2023-01-05 24:00:00", datetime.datetime(2023, 1, 6)),  # noqa: DTZ001  ISO 8601: the end of a day
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
    ("D", "0000-01-01", {}, "date"),
    ("D", "00000101", {}, "date"),
    ("T", "0000-01-01 08:00", {}, "datetime"),
    ("T", "2023-01-05 23:59:60", {}, "datetime"),
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


@pytest.mark.parametrize("kind", ["I", "N", "B", "D", "T", "L"])
@pytest.mark.parametrize("word", ["NULL", "\\N", "N/A", "NaN", "-", "——", "/"])
def test_words_for_no_value_are_none_and_are_told(tmp_path: Path, kind: str, word: str) -> None:
    report, rows = take(tmp_path, [column(kind), Column(id="y", name="y")], f"x,y\n{word},1\n")
    assert rows == [{"__row": 2, "x": None, "y": "1"}]
    assert [(note.code, note.params) for note in report.notes] == [("note_no_value", {"column": "x", "cells": 1})]


def test_words_for_no_value_are_counted_where_nothing_is_wrong(tmp_path: Path) -> None:
    report, rows = take(tmp_path, TWO, "code,amount\n1,-\n2,\n3,n/a\n4,5\n")
    assert report.stands
    assert [(note.code, note.params) for note in report.notes] == [("note_no_value", {"column": "amount", "cells": 2})]
    assert len(rows) == 4


@pytest.mark.parametrize("blank", ["", " ", "\u3000", "\u200b"])
def test_blanks_around_plain_cells_are_taken_off_and_those_inside_stay(tmp_path: Path, blank: str) -> None:
    columns = [Column(id="c1", name="code"), Column(id="c2", name="name")]
    report, rows = take(tmp_path, columns, f"code,name\n{blank}1{blank},长{blank}春{blank}\n2,{blank}\n")
    assert report.stands
    assert [(row["c1"], row["c2"]) for row in rows] == [("1", f"长{blank}春"), ("2", None)]


def test_quotes_in_names_and_code_lists_are_only_text(tmp_path: Path) -> None:
    hostile = Column(id='a"b', name="a';drop", title="t", values=("it's", 'x"y'))
    report, rows = take(tmp_path, [hostile], "t\nit's\n")
    assert report.stands
    assert rows[0]['a"b'] == "it's"
