"""The report of a check: lines, values, reasons, tolerance, and what is left behind."""

import hashlib
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from catalog.data.errors import IngestCancelled
from tests.catalog.data.ingest.taking import TWO, take


def test_rows_keep_their_order_when_others_are_left_out(tmp_path: Path) -> None:
    text = "code,amount\n" + "".join(f'"{n:06d}",{n if n % 1000 else "x"}\n' for n in range(150_000))
    report, rows = take(tmp_path, TWO, text, tolerance=0.01)
    assert (report.stands, report.rejected) == (True, 150)
    lines = [row["__row"] for row in rows]
    assert lines == sorted(lines)


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


def test_a_bad_cell_late_in_a_file_of_several_parts_leaves_no_part(tmp_path: Path) -> None:
    text = "code,amount\n" + "".join(f"{number},{number}\n" for number in range(1, 100)) + "100,x\n101,y\n"
    report, rows = take(tmp_path, TWO, text, part_rows=30)
    assert (report.stands, report.rejected, rows) == (False, 2, [])
    assert [sample.line for sample in report.samples] == [101, 102]
    assert list((tmp_path / "out").iterdir()) == []
