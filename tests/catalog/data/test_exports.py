"""Exports parse back to what was delivered, in every format."""

import csv
import io
import json
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree as ET

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from catalog.data.errors import ExportTooLarge, PlanInvalid
from catalog.data.exports import FORMS, export, tables, workbook
from catalog.data.exports.values import guarded, plain
from catalog.data.plan import AskedPlan, Condition, whole_plan
from tests.catalog.data.tables import COLUMNS, ENGINE, NAMES, ROWS, narrowed

NOTHING = AskedPlan(filters=(Condition("name", "eq", "nobody"),))


def written(form: str, asked: AskedPlan | None = None, **options: Any) -> bytes:
    return b"".join(export(ENGINE, narrowed(whole_plan(COLUMNS), asked), form, **options))


@pytest.mark.parametrize(("form", "delimiter"), [("csv", ","), ("tsv", "\t")])
def test_delimited_text_parses_back(form: str, delimiter: str) -> None:
    table = list(csv.reader(io.StringIO(written(form).decode(), newline=""), delimiter=delimiter))
    assert table[0] == NAMES
    assert len(table) == len(ROWS) + 1
    for cells, row in zip(table[1:], ROWS, strict=True):
        assert cells[1] == guarded(row["name"] or "")
        assert cells[3] == (row["born"].isoformat() if row["born"] else "")
        assert cells[5] == (f"{row['amount']:.2f}" if row["amount"] is not None else "")
        assert cells[8] == {True: "true", False: "false", None: ""}[row["valid"]]


def test_formulas_are_disarmed_and_numbers_left_alone() -> None:
    assert [guarded(text) for text in ("=1+1", "+cmd", "@x", "-x", "\tx", "＝1", "-5", "+1.5", "长春")] == [
        "'=1+1", "'+cmd", "'@x", "'-x", "'\tx", "'＝1", "-5", "+1.5", "长春",
    ]  # fmt: skip
    text = written("csv").decode()
    assert "'=1+1" in text
    assert ",-5," in text


def test_byte_order_mark_only_where_asked_and_useful() -> None:
    assert written("csv", bom=True).startswith(b"\xef\xbb\xbf")
    assert not written("csv").startswith(b"\xef\xbb\xbf")
    assert written("json", bom=True).startswith(b"[")


@pytest.mark.parametrize("form", ["json", "ndjson"])
def test_json_parses_back(form: str) -> None:
    content = written(form)
    rows = json.loads(content) if form == "json" else [json.loads(line) for line in content.splitlines()]
    assert [row["name"] for row in rows] == [row["name"] for row in ROWS]
    assert rows[0]["count"] == str(2**60)
    assert rows[1]["count"] == ROWS[1]["count"]
    assert [row["born"] for row in rows] == [row["born"] and row["born"].isoformat() for row in ROWS]
    assert [row["ratio"] for row in rows[:5]] == [0.5, None, None, -1e300, 4.0]


def test_xml_parses_back() -> None:
    root = ET.fromstring(written("xml"))  # noqa: S314 - our own text
    assert [row.get("_id") for row in root] == [str(number) for number in range(1, 201)]
    assert [row.findtext("name") for row in root] == [row["name"] for row in ROWS]


def test_parquet_and_arrow_parse_back() -> None:
    for table in (
        pq.read_table(io.BytesIO(written("parquet"))),
        pa.ipc.open_stream(written("arrow")).read_all(),
    ):
        assert table.schema.names == NAMES
        assert table.column("name").to_pylist() == [row["name"] for row in ROWS]
        assert table.column("amount").to_pylist() == [row["amount"] for row in ROWS]


def test_workbook_keeps_identifiers_as_texts() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(written("xlsx"))).active
    assert sheet is not None
    table = list(sheet.iter_rows(values_only=True))
    assert table[0] == tuple(NAMES)
    assert len(table) == len(ROWS) + 1
    assert table[2][0] == ROWS[1]["idno"]
    assert table[1][6] == str(2**60)
    assert table[2][6] == ROWS[1]["count"]
    assert table[7][1] == "'=1+1"


def test_workbook_says_when_it_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MAX_ROWS", 100)
    with pytest.raises(ExportTooLarge):
        written("xlsx")


@pytest.mark.parametrize("form", FORMS)
def test_no_rows_still_make_a_whole_file(form: str) -> None:
    content = written(form, NOTHING)
    if form == "json":
        assert json.loads(content) == []
    elif form == "parquet":
        assert pq.read_table(io.BytesIO(content)).schema.names == NAMES
    elif form == "arrow":
        assert pa.ipc.open_stream(content).read_all().num_rows == 0
    elif form == "xml":
        assert len(ET.fromstring(content)) == 0  # noqa: S314 - our own text
    elif form == "ndjson":
        assert content == b""
    else:
        assert content


def test_unknown_format_is_refused() -> None:
    with pytest.raises(PlanInvalid) as caught:
        written("docx")
    assert caught.value.parameter == "format"


def test_values_lose_no_digit_in_json() -> None:
    assert plain(Decimal("12345678901234567.89")) == "12345678901234567.89"
    assert plain(Decimal("1.50")) == 1.5
    assert plain(Decimal("3")) == 3
    assert plain(True) is True
    assert plain(float("inf")) is None


def test_one_column_with_empty_cells_parses_back() -> None:
    content = written("csv", AskedPlan(columns=("name",))).decode()
    table = list(csv.reader(io.StringIO(content, newline="")))
    assert [cells[0] for cells in table[1:]] == [guarded(row["name"] or "") for row in ROWS]


@pytest.mark.parametrize(
    "text", ["=1", "+a", "-a", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "-5", "+.5", "5-", "a=", "٣-", "-٣", ""]
)
def test_batches_are_disarmed_as_single_texts_are(text: str) -> None:
    disarmed = tables._disarmed(pa.array([text, None])).to_pylist()
    assert disarmed == [guarded(text), None]
