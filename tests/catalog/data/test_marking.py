"""The file that comes back with its errors marked, and is taken once they are mended."""

from pathlib import Path

import openpyxl
import pytest

from catalog.data import marking
from catalog.data.ingest import ingest
from catalog.data.marking import Marking, disarmed, mark
from catalog.data.schema import Column, ItemType

COLUMNS = (
    Column(id="c1", name="code", title="代码", primary_key=True),
    Column(id="c2", name="amount", title="金额", type=ItemType.NUMERIC),
)
TITLES = ("行号", "数据项", "值", "错误说明")


def marked(tmp_path: Path, name: str, content: bytes) -> tuple[Path, str]:
    source, rejects, target = tmp_path / name, tmp_path / "rejects.parquet", tmp_path / "marked"
    source.write_bytes(content)
    report = ingest(source, COLUMNS, tmp_path / "typed.parquet", rejects=rejects)
    assert not report.stands
    told = Marking(columns=COLUMNS, rejects=rejects, words=lambda code: f"<{code}>", titles=TITLES)
    return target, mark(source, name, "", target, told)


def test_csv_keeps_encoding_delimiter_and_titles(tmp_path: Path) -> None:
    text = "表一;\n代码;金额\n1;5\n2;五\n;7\n"
    target, extension = marked(tmp_path, "a.csv", text.encode("gb18030"))
    assert extension == ".csv"
    lines = target.read_bytes().decode("gb18030").split("\r\n")
    assert lines == [
        "表一;",
        "代码;金额;错误说明",
        "1;5;",
        "2;五;【金额】<number>",
        ";7;【代码】<null>",
        "",
    ]


def test_mended_csv_is_taken_again(tmp_path: Path) -> None:
    target, _ = marked(tmp_path, "a.csv", "\ufeff代码,金额\n1,5\n=2+3,x\n".encode())
    content = target.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert b"'=2+3,x" in content
    target.write_bytes(content.replace(b",x,", b",6,"))
    report = ingest(target, COLUMNS, tmp_path / "again.parquet", filename="a.csv")
    assert (report.stands, report.unknown_columns) == (True, ("错误说明",))


def book(tmp_path: Path) -> bytes:
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = "数据"
    for row in (["表一"], ["代码", "金额"], ["1", 5], ["2", "五"], ["1", 7]):
        sheet.append(row)
    workbook.create_sheet("说明").append(["封面"])
    workbook.save(tmp_path / "book.xlsx")
    return (tmp_path / "book.xlsx").read_bytes()


@pytest.mark.parametrize("is_large", [False, True])
def test_workbook_is_marked_at_its_cells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_large: bool) -> None:
    if is_large:
        monkeypatch.setattr(marking, "WHOLE_BYTES", 0)
    target, extension = marked(tmp_path, "a.xlsx", book(tmp_path))
    assert extension == ".xlsx"
    result = openpyxl.load_workbook(target.rename(tmp_path / "marked.xlsx"))
    sheet = result["数据"]
    assert [cell.value for cell in sheet[2]] == ["代码", "金额", "错误说明"]
    assert sheet["C4"].value == "【金额】<number>"
    assert sheet["C5"].value == "【code】<duplicate_key>".replace("code", "代码")
    assert sheet["B4"].fill.fgColor.rgb.endswith("FFC7CE")
    assert sheet["A5"].fill.fgColor.rgb.endswith("FFC7CE")
    assert "<number>" in sheet["B4"].comment.text
    assert not sheet["B3"].fill.fgColor.rgb.endswith("FFC7CE")
    assert ("说明" in result.sheetnames) is not is_large


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", '[{"代码":"1","金额":"=cmd()"}]'),
        ("a.xml", "<d><r><code>1</code><amount>=cmd()</amount></r><r><code>2</code><amount>3</amount></r></d>"),
    ],
)
def test_other_formats_give_a_list(tmp_path: Path, name: str, content: str) -> None:
    target, extension = marked(tmp_path, name, content.encode())
    assert extension == ".csv"
    lines = target.read_text(encoding="utf-8-sig").splitlines()
    assert lines == ["行号,数据项,值,错误说明", "1,金额,'=cmd(),<number>"]


@pytest.mark.parametrize(
    ("text", "safe"),
    [("=1", "'=1"), ("@a", "'@a"), ("-1.5", "-1.5"), ("+86-1", "'+86-1"), ("-x", "'-x"), ("a=1", "a=1"), (None, "")],
)
def test_what_a_spreadsheet_would_calculate_is_disarmed(text: str | None, safe: str) -> None:
    assert disarmed(text) == safe
