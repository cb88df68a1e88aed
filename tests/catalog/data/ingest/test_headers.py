"""Columns are found by their header, and what is missing or strange there is told."""

from decimal import Decimal
from pathlib import Path

import pytest

from catalog.data.errors import UnreadableFile
from tests.catalog.data.ingest.taking import TWO, take


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


def test_file_with_only_a_header_does_not_stand(tmp_path: Path) -> None:
    report, _ = take(tmp_path, TWO, "code,amount\n")
    assert (report.stands, report.rows) == (False, 0)
