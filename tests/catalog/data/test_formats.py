"""Every hostile file has its expected outcome."""

import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from catalog.data.errors import UnreadableFile
from catalog.data.formats import open_rows
from catalog.data.formats.encoding import detect_encoding
from catalog.messages import MESSAGES
from tests.catalog.data.hostile import LATE, READABLE, REFUSED, Readable, Refused


@pytest.mark.parametrize("case", READABLE, ids=lambda case: case.name)
def test_readable_file_gives_exactly_its_rows(case: Readable, tmp_path: Path) -> None:
    path = tmp_path / case.name
    path.write_bytes(case.content)
    with open_rows(path) as source:
        rows = list(source.rows)
    assert source.header == case.header
    assert [list(cells) for _, cells in rows] == case.rows
    if case.lines is not None:
        assert [line for line, _ in rows] == case.lines


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
def test_refused_file_says_why(case: Refused, tmp_path: Path) -> None:
    path = tmp_path / case.name
    path.write_bytes(case.content)
    with pytest.raises(UnreadableFile) as caught, open_rows(path) as source:
        list(source.rows)
    assert caught.value.code == case.code
    assert case.code in MESSAGES
    assert str(MESSAGES[case.code]) % caught.value.params


def test_first_chinese_character_may_come_after_megabytes_of_ascii(tmp_path: Path) -> None:
    path = tmp_path / "late.csv"
    path.write_bytes((LATE + "2,武汉\n").encode("gb18030"))
    assert detect_encoding(path) == "gb18030"


def test_damaged_utf8_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(b"\xef\xbb\xbfa,b\n1,2\n3,\xff\n")
    with pytest.raises(UnreadableFile) as caught:
        detect_encoding(path)
    assert caught.value.params == {"line": 3}


def test_parquet_values_become_texts(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    table = pa.table(
        {
            "n": pa.array([1, None]),
            "s": pa.array(["０1", ""]).dictionary_encode(),
            "d": pa.array([0, 1], pa.date32()),
            "b": pa.array([True, False]),
            "x": pa.array([b"ab", None]),
        }
    )
    pq.write_table(table, path)
    with open_rows(path) as source:
        assert [list(cells) for _, cells in source.rows] == [
            ["1", "０1", "1970-01-01", "true", "ab"],
            [None, "", "1970-01-02", "false", None],
        ]


def test_nested_parquet_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    pq.write_table(pa.table({"a": [[1, 2]]}), path)
    with pytest.raises(UnreadableFile, match="nested_column"), open_rows(path):
        pass


def test_zip_bomb_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 50_000_000)
    with pytest.raises(UnreadableFile, match="zip_bomb"), open_rows(path):
        pass


def test_unknown_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.md", "hello")
    with pytest.raises(UnreadableFile, match="archive_empty"), open_rows(path):
        pass


def test_leaving_early_closes_the_file(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,b\n" + "1,2\n" * 100_000)
    with open_rows(path) as source:
        next(source.rows)
    with pytest.raises(ValueError, match="closed file"):
        list(source.rows)
