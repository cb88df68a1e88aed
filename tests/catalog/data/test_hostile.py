"""Every file of the hostile folder has its expected outcome, and comes to it."""

import datetime
import decimal
import io
import json
import resource
import zipfile
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from catalog.data.errors import UnreadableFile
from catalog.data.formats import open_rows
from catalog.data.ingest import ingest
from catalog.data.schema import Column, ItemType
from catalog.messages import MESSAGES

FOLDER = Path(__file__).parent / "hostile"
CASES = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))


def columns_of(spec: str) -> list[Column]:
    """Read the declared items of a case: name|title|type, a star marks the key."""
    found = []
    for number, part in enumerate(spec.split(","), 1):
        name, title, kind = part.split("|")
        found.append(
            Column(id=f"c{number}", name=name, title=title, type=ItemType(kind[0]), primary_key=kind.endswith("*"))
        )
    return found


def plain(value: Any) -> Any:
    """Write a value as the table does."""
    if isinstance(value, decimal.Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(value, datetime.date):
        return value.isoformat(sep=" ") if isinstance(value, datetime.datetime) else value.isoformat()
    return value


def expected(value: Any, column: Column) -> Any:
    """Whole numbers may stand in the table as texts."""
    return int(value) if column.type == ItemType.INTEGER and value is not None else value


def test_the_folder_is_large_and_whole() -> None:
    assert len(CASES) >= 120
    assert {case["file"] for case in CASES} == {path.name for path in (FOLDER / "files").iterdir()}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["file"])
def test_file_comes_to_its_outcome(case: dict[str, Any], tmp_path: Path) -> None:
    columns = columns_of(case["columns"])
    source, target, rejects = FOLDER / "files" / case["file"], tmp_path / "typed.parquet", tmp_path / "rejects.parquet"

    def run() -> Any:
        return ingest(
            source, columns, target, filename=case["file"], sheet=case["sheet"], rejects=rejects, tolerance=1.0
        )

    if "code" in case:
        with pytest.raises(UnreadableFile) as caught:
            run()
        assert caught.value.code == case["code"]
        assert case["code"] in MESSAGES
        for name, value in case.get("params", {}).items():
            assert caught.value.params[name] == value
        return
    report = run()
    assert report.stands == case.get("stands", bool(case["rows"]))
    rows = pq.read_table(target).to_pylist() if target.exists() else []
    found = [[plain(row[column.id]) for column in columns] for row in rows]
    wanted = [[expected(value, column) for value, column in zip(row, columns, strict=True)] for row in case["rows"]]
    assert found == wanted
    refused = pq.read_table(rejects).to_pylist() if rejects.exists() else []
    assert [[row["line"], row["col"], row["code"]] for row in refused] == case.get("rejects", [])
    assert sorted(note.code for note in report.notes) == case.get("notes", [])
    assert list(report.unknown_columns) == case.get("unknown", [])
    assert list(report.missing_columns) == case.get("missing", [])
    assert all(note.code in MESSAGES for note in report.notes)
    lines = [row["__row"] for row in rows]
    assert lines == sorted(set(lines))


def test_zip_that_unpacks_to_gigabytes_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("a.csv", "w") as member:
        for _ in range(64):
            member.write(b"0" * (1 << 20))
    with pytest.raises(UnreadableFile, match="zip_bomb"), open_rows(path):
        pass


def test_zip_that_lies_about_its_sizes_is_counted(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", b"0" * (64 << 20))
    content = stream.getvalue().replace((64 << 20).to_bytes(4, "little"), (100).to_bytes(4, "little"))
    path = tmp_path / "liar.zip"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match=r"zip_bomb|damaged"), open_rows(path):
        pass


def test_sheet_of_many_rows_is_read_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "large.xlsx"
    head = (
        '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1" t="inlineStr"><is><t>code</t></is></c>'
        '<c r="B1" t="inlineStr"><is><t>name</t></is></c></row>'
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", _WORKBOOK)
        archive.writestr("xl/_rels/workbook.xml.rels", _RELATIONS)
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(head.encode())
            for row in range(2, 200_002):
                sheet.write(
                    f'<row r="{row}"><c r="A{row}"><v>{row * 7919}</v></c>'
                    f'<c r="B{row}" t="inlineStr"><is><t>第{row * 31337}号</t></is></c></row>'.encode()
                )
            sheet.write(b"</sheetData></worksheet>")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with open_rows(path) as source:
        assert sum(1 for _ in source.rows) == 200_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 << 10


_WORKBOOK = (
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="数据" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
    'Target="worksheets/sheet1.xml"/></Relationships>'
)
