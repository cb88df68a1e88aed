"""Keys of rows: unique as a whole, compared as values, named in the report."""

from pathlib import Path

import pytest

from catalog.data.ingest import landed
from catalog.data.schema import Column
from tests.catalog.data.ingest.taking import column, take


def test_composite_key_is_unique_as_a_whole(tmp_path: Path) -> None:
    columns = [Column(id=name, name=name, primary_key=True) for name in ("a", "b")]
    report, _ = take(tmp_path, columns, "a,b\n1,1\n1,2\n2,1\n")
    assert report.stands
    report, _ = take(tmp_path, columns, "a,b\n1,1\n1,1\n")
    assert [(s.column, s.value, s.code) for s in report.samples] == [("a, b", "1 / 1", "duplicate_key")]


def test_equal_numbers_written_differently_are_one_key(tmp_path: Path) -> None:
    report, _ = take(tmp_path, [column("I", primary_key=True)], 'x\n1000\n"1,000"\n')
    assert report.counts[0].code == "duplicate_key"


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


def test_order_is_watched_across_row_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landed, "ROW_GROUP", 2)
    report, _rows = take(tmp_path, [column(primary_key=True)], "x\n1\n2\n2\n3\n")
    assert [(count.code, count.count) for count in report.counts] == [("duplicate_key", 1)]
