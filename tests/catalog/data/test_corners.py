"""Corners that no ordinary file or plan reaches."""

import datetime
import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from catalog.data.duck import Limits, workbench
from catalog.data.engines import DuckDBEngine, Query
from catalog.data.engines import duckdb as module
from catalog.data.engines.sql import Statement
from catalog.data.errors import EngineLimit, PlanInvalid, UnreadableFile
from catalog.data.exports import export
from catalog.data.formats import open_rows
from catalog.data.formats.base import MAX_CELL, clean_header
from catalog.data.formats.delimited import detect_delimiter
from catalog.data.formats.workbook.cells import cell_text
from catalog.data.ingest import ingest
from catalog.data.masking import keep_ends
from catalog.data.plan import Condition, DeliveryPlan, PlanColumn, whole_plan
from catalog.data.profile import profile
from catalog.data.propose import propose
from catalog.data.schema import ROW_COLUMN, Column, ItemType
from catalog.data.store import Location
from catalog.messages import message
from tests.catalog.data.tables import COLUMNS, ENGINE, narrowed

CELLS: list[tuple[object, str]] = [
    (None, ""),
    ("长春", "长春"),
    (True, "true"),
    (220100.0, "220100"),
    (5, "5"),
    (0.1, "0.1"),
    (0.00001, "0.00001"),
    (220102199001011234.0, "2.20102E+17"),
    (datetime.datetime(2023, 1, 5, 13, 4), "2023-01-05 13:04:00"),  # noqa: DTZ001 - sheets know no zone
    (datetime.date(2023, 1, 5), "2023-01-05"),
    (datetime.time(13, 4), "13:04:00"),
    (datetime.timedelta(hours=1), "1:00:00"),
]


@pytest.mark.parametrize(("value", "text"), CELLS)
def test_sheet_cell_is_written_as_a_person_reads_it(value: object, text: str) -> None:
    assert cell_text(value) == text


def test_sheet_cell_may_not_be_endless() -> None:
    with pytest.raises(UnreadableFile, match="cell_too_long"):
        cell_text("x" * (MAX_CELL + 1))


def test_empty_cells_right_of_the_header_belong_to_nobody(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["B1"], sheet["A2"], sheet["D3"], sheet["A3"] = "a", "b", "1", "note", "2"
    book.save(tmp_path / "x.xlsx")
    with open_rows(tmp_path / "x.xlsx") as source:
        assert [list(cells) for _, cells in source.rows] == [["1", ""], ["2", "", "", "note"]]


def test_header_needs_names() -> None:
    with pytest.raises(UnreadableFile, match="header_empty"):
        clean_header(["", None, " "], 1)


@pytest.mark.parametrize(
    ("sample", "delimiter"), [("a", ","), ("a;b\n1;2\n", ";"), ('"a\n', ","), ("a,b;c\n1,2;3\n", ","), ("", ",")]
)
def test_delimiter_is_what_is_consistent(sample: str, delimiter: str) -> None:
    assert detect_delimiter(sample) == delimiter


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ('[{"a":"%s"}]' % ("x" * (MAX_CELL + 1)), "cell_too_long"),
        ('[{"a":1}{"a":2}]', "json_syntax"),
        ('{"a":1} x', "json_syntax"),
        ("   ", "file_empty"),
    ],
)
def test_wrong_json_is_refused(tmp_path: Path, content: str, code: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(content)
    with pytest.raises(UnreadableFile, match=code), open_rows(path) as source:
        list(source.rows)


def test_json_structures_become_json_text(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text('[{"a":{"b":[1,"长"]},"c":false}]')
    with open_rows(path) as source:
        assert [list(cells) for _, cells in source.rows] == [['{"b": ["1", "长"]}', "false"]]


def test_utf8_mark_before_broken_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"\xff\xfea\x00,\x00b")
    with pytest.raises(UnreadableFile, match="encoding"), open_rows(path):
        pass


def test_cut_parquet_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    pq.write_table(pa.table({"a": ["x" * 1000] * 1000}), path, compression="none", use_dictionary=False)
    content = bytearray(path.read_bytes())
    content[100:40_000] = bytes(39_900)
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match="damaged"), open_rows(path) as source:
        list(source.rows)


def test_parquet_without_columns_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    pq.write_table(pa.table({}), path)
    with pytest.raises(UnreadableFile, match="file_empty"), open_rows(path):
        pass


def made(tmp_path: Path, columns: list[Column], text: str) -> Query:
    """Ingest a text and give the query of everything in it."""
    source, target = tmp_path / "in.csv", tmp_path / "typed.parquet"
    source.write_text(text)
    assert ingest(source, columns, target).stands
    return Query(plan=whole_plan(columns, "v1"), columns=tuple(columns), files=(Location(str(target)),))


def test_xml_names_are_names_and_texts_legal(tmp_path: Path) -> None:
    columns = [Column(id="1", name="1 年<"), Column(id="2", name="xmlns"), Column(id="3", name="街道_1")]
    query = made(tmp_path, columns, "1,2,3\na&b<,x,长\n")
    text = b"".join(export(ENGINE, query, "xml")).decode()
    assert '<field name="1 年&lt;">a&amp;b&lt;</field>' in text
    assert '<field name="xmlns">x</field>' in text
    assert "<街道_1>长</街道_1>" in text


def test_workbook_writes_old_dates_and_long_decimals_as_texts(tmp_path: Path) -> None:
    columns = [
        Column(id="d", name="d", type=ItemType.DATE),
        Column(id="t", name="t", type=ItemType.DATETIME),
        Column(id="n", name="n", type=ItemType.NUMERIC),
        Column(id="f", name="f", type=ItemType.DOUBLE),
        Column(id="l", name="l", type=ItemType.BOOLEAN),
    ]
    rows = "1644-10-30,1644-10-30 01:00,12345678901234567890.5,1e300,是\n2023-01-05,2023-01-05 10:00,1.5,0.5,否\n"
    query = made(tmp_path, columns, f"d,t,n,f,l\n{rows}")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(export(ENGINE, query, "xlsx")))).active
    assert sheet is not None
    table = list(sheet.iter_rows(values_only=True))
    assert table[1] == ("1644-10-30", "1644-10-30 01:00:00", "12345678901234567890.5", 1e300, True)
    moment = datetime.datetime(2023, 1, 5, 10)  # noqa: DTZ001 - sheets know no zone
    assert table[2] == (datetime.datetime(2023, 1, 5), moment, 1.5, 0.5, False)  # noqa: DTZ001 - the same


def test_parquet_of_several_batches_is_one_file(tmp_path: Path) -> None:
    columns = [Column(id="a", name="a", type=ItemType.INTEGER)]
    query = made(tmp_path, columns, "a\n" + "".join(f"{n}\n" for n in range(25_000)))
    for form in ("parquet", "arrow"):
        content = io.BytesIO(b"".join(export(ENGINE, query, form)))
        table = pq.read_table(content) if form == "parquet" else pa.ipc.open_stream(content).read_all()
        assert table.column("a").to_pylist() == list(range(25_000))


def test_constant_and_boolean_proposals(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("a,b,c,d,A\n" + "1.5e-3,2023-01-05 10:00,5,{},x\n".format("长" * 600) * 3 + "2,2023-01-05,5,x,y\n")
    columns = propose(path)
    assert "".join(column.type.value for column in columns) == "BTIMC"
    assert columns[4].name == "A_5"
    found = made(tmp_path, list(columns), path.read_text())
    assert profile(Path(found.files[0].address), columns, tmp_path).columns[2].histogram == ()


def test_masks_close_when_in_doubt() -> None:
    assert keep_ends("张三", 1, 1) == "**"
    assert keep_ends("", 1, 1) == ""
    assert keep_ends("13800001234", 3, 4) == "138****1234"


def test_reserved_and_empty_names_are_refused() -> None:
    for name in ("", ROW_COLUMN):
        with pytest.raises(PlanInvalid):
            Column(id="x", name=name)
    with pytest.raises(PlanInvalid):
        Condition.from_json(["a", "eq", "x" * 1001])
    with pytest.raises(PlanInvalid):
        DeliveryPlan(version="v1", columns=(PlanColumn("a"),), limit=-1)


def test_numbers_and_truths_are_read_as_texts() -> None:
    assert Condition.from_json(["a", "eq", 5]).value == "5"
    assert Condition.from_json(["a", "eq", True]).value == "true"
    plan = DeliveryPlan(
        version="v1", columns=(PlanColumn("valid"),), where=(Condition.from_json(["valid", "eq", True]),)
    )
    assert plan.checked(COLUMNS).source_conditions[0].value == "true"


def test_stream_that_breaks_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    failing = Statement("SELECT CASE WHEN a = 150000 THEN error('x') ELSE a END AS a FROM range(200000) t(a)", [])
    monkeypatch.setattr(module, "statement", lambda *_: failing)
    with pytest.raises(EngineLimit):
        list(DuckDBEngine().batches(narrowed(whole_plan(COLUMNS))))


def test_every_code_has_words_and_unknown_ones_show_themselves() -> None:
    assert message("file_empty") == "The file is empty."
    assert "strange" in message("strange")


def test_decimal_scale_follows_the_file(tmp_path: Path) -> None:
    columns = [Column(id="a", name="a", type=ItemType.MONEY)]
    query = made(tmp_path, columns, "a\n1.5\n2.1234\n0.100000\n")
    values: list[Any] = [row["a"] for batch in ENGINE.batches(query) for row in batch.to_pylist()]
    assert values == [Decimal("1.5"), Decimal("2.1234"), Decimal("0.1")]


def test_file_that_needs_too_much_memory_says_so(tmp_path: Path) -> None:
    with pytest.raises(EngineLimit, match="file_memory"), workbench(tmp_path, Limits(memory="20MB")) as connection:
        connection.execute("SELECT len(list(a)) FROM (SELECT repeat('x', 1000) || range a FROM range(1000000))")
