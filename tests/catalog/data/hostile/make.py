"""Makes the files of the folder `files`, and the table of their outcomes: `python -m tests.catalog.data.hostile.make`.

Each case is written by hand: the bytes somebody hands in, and what must come of them. Files that are too large or too
dangerous to keep are made anew by the test (`tests/catalog/data/test_hostile.py`).
"""

import datetime
import gzip
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
from openpyxl.styles import numbers

from tests.catalog.data.hostile.build import (
    book,
    first_sheet,
    gbk_named,
    ods,
    ods_row,
    old_book,
    packed,
    parquet,
    sheet_of,
)

FOLDER = Path(__file__).parent / "files"
TABLE = Path(__file__).parent / "expected.json"

PLAIN = "代码,名称\n0431,长春\n0432,吉林\n"
TWO = [["0431", "长春"], ["0432", "吉林"]]
AREA = "code|代码|C,name|名称|C"
FULL = "code|代码|C,name|名称|C,amount|金额|N,day|日期|D"
HALVES = "area|地区|C,male|男|I,female|女|I"
PARENTS = "area|地区|C,pop_male|人口_男|I,pop_female|人口_女|I,job_male|就业_男|I,job_female|就业_女|I"

CASES: list[dict[str, Any]] = []


def case(name: str, content: bytes | str, columns: str = AREA, *, sheet: str = "", **outcome: Any) -> None:
    """Keep a file and what must come of it: `rows`, `rejects` ([line, item, code]) and `notes`, or `code`."""
    (FOLDER / name).write_bytes(content.encode() if isinstance(content, str) else content)
    if name.endswith(".xml") and "rows" in outcome:
        outcome["notes"] = ["note_xml_row"]
    CASES.append({"file": name, "columns": columns, "sheet": sheet, **outcome})


def encodings() -> None:
    """Encodings and their damage."""
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-32"):
        case(f"enc-{encoding}.csv", PLAIN.encode(encoding), rows=TWO)
    case("enc-gbk-tsv.tsv", PLAIN.replace(",", "\t").encode("gbk"), rows=TWO)
    case("enc-utf16-le-unmarked.csv", PLAIN.encode("utf-16-le"), code="encoding_unmarked")
    case("enc-utf16-be-unmarked.csv", PLAIN.encode("utf-16-be"), code="encoding_unmarked")
    case("enc-utf16-unmarked-ascii.csv", "code,name\n1,a\n2,b\n".encode("utf-16-le"), code="encoding_unmarked")
    mixed = PLAIN.encode() + "0433,延边朝鲜族自治州\n".encode("gb18030")
    case("enc-mixed-gbk-after-utf8.csv", mixed, code="encoding_mixed", params={"utf8_line": 1, "other_line": 4})
    mixed = PLAIN.encode("gb18030") + "0433,延边朝鲜族自治州\n".encode()
    case("enc-mixed-utf8-after-gbk.csv", mixed, code="encoding_mixed", params={"utf8_line": 4, "other_line": 1})
    case("enc-neither.csv", b"code,name\n1,\xff\xff\n", code="encoding", params={"line": 2})
    case("enc-cut-in-character.csv", PLAIN.encode()[:-2], code="encoding", params={"line": 3})
    case("enc-four-byte.csv", "代码,名称\n1,䶮𠮷😀\n".encode("gb18030"), rows=[["1", "䶮𠮷😀"]])
    case("enc-nul.csv", b"code,name\n1,a\x00b\n", code="binary", params={"line": 2})
    case("enc-control.csv", b"code,name\n1,a\x07b\n", code="binary", params={"line": 2})
    case("enc-dos-end.csv", PLAIN.encode() + b"\x1a", rows=TWO)
    case("enc-two-boms.csv", b"\xef\xbb\xbf" + PLAIN.encode("utf-8-sig"), rows=TWO)
    case("enc-xml-gb2312.xml", '<?xml version="1.0" encoding="GB2312"?>\n<行集><行><代码>0431</代码><名称>长春</名称></行>'
         "<行><代码>0432</代码><名称>吉林</名称></行></行集>".encode("gb18030"), rows=TWO)  # fmt: skip
    case(
        "enc-json-gbk.json", '[{"代码":"0431","名称":"长春"},{"代码":"0432","名称":"吉林"}]'.encode("gb18030"), rows=TWO
    )


def delimiters() -> None:
    """Delimiters, quotes, line ends."""
    for name, mark in (("semicolon", ";"), ("pipe", "|"), ("tab", "\t"), ("wide-comma", "，")):
        case(f"del-{name}.csv", PLAIN.replace(",", mark), rows=TWO)
    case("del-commas-in-quotes.csv", '代码;名称\n1;"a,b,c"\n2;"d,e,f"\n', rows=[["1", "a,b,c"], ["2", "d,e,f"]])
    case("del-crlf.csv", PLAIN.replace("\n", "\r\n"), rows=TWO)
    case("del-cr.csv", PLAIN.replace("\n", "\r"), rows=TWO)
    case("del-trailing.csv", "代码,名称,\n0431,长春,\n0432,吉林,\n", rows=TWO)
    case("del-trailing-header-only.csv", "代码,名称,\n0431,长春\n", rows=TWO[:1])
    case("del-line-in-cell.csv", '代码,名称\n1,"第一\n第二"\n2,x\n', rows=[["1", "第一\n第二"], ["2", "x"]])
    case("del-doubled-quote.csv", '代码,名称\n1,"说""好"""\n', rows=[["1", '说"好"']])
    case("del-open-quote.csv", '代码,名称\n1,"长春\n2,吉林\n', code="bad_quoting")
    case("del-quote-inside.csv", '代码,名称\n1,"长"春\n', code="bad_quoting")
    case("del-quote-in-bare-cell.csv", '代码,名称\n1,3" 管\n', rows=[["1", '3" 管']])
    case("del-short-row.csv", "代码,名称\n1\n2,吉林\n", rows=[["2", "吉林"]], rejects=[[2, "", "too_few_cells"]])
    case("del-long-row.csv", "代码,名称\n1,a,b\n2,吉林\n", rows=[["2", "吉林"]], rejects=[[2, "", "too_many_cells"]])
    case("del-blank-rows.csv", "\n代码,名称\n\n1,a\n,\n \n2,b\n\n", rows=[["1", "a"], ["2", "b"]])
    case("del-one-column.csv", "代码\n0431\n0432\n", "code|代码|C", rows=[["0431"], ["0432"]])
    case("del-empty.csv", "", code="file_empty")
    case("del-only-blanks.csv", "\n \n\u3000\n", code="file_empty")
    case("del-only-header.csv", "代码,名称\n", rows=[], stands=False)


def layouts() -> None:
    """Titles, headers of several rows, footers, blank columns."""
    case(
        "lay-title.csv",
        "吉林省区划代码表,\n0431,长春\n".replace("0431,长春\n", PLAIN),
        rows=TWO,
        notes=["note_title_rows"],
    )
    case("lay-titles.csv", "吉林省区划代码表\n填报单位：省民政厅\n\n" + PLAIN, rows=TWO, notes=["note_title_rows"])
    case("lay-title-full.csv", "表一,区划\n" + PLAIN, rows=TWO, notes=["note_title_rows"])
    case("lay-total.csv", "代码,名称,金额,日期\n1,a,5,2023-01-05\n合计,,5,\n", FULL,
         rows=[["1", "a", "5", "2023-01-05"]], notes=["note_footer"])  # fmt: skip
    case("lay-total-spaced.csv", "代码,名称\n1,a\n合 计,7\n", rows=[["1", "a"]], notes=["note_footer"])
    case("lay-remark.csv", PLAIN + "注：数据截至2023年底,\n", rows=TWO, notes=["note_footer"])
    case(
        "lay-remarks.csv", PLAIN + "\n注：1. 截至年底,\n2. 含开发区,\n", rows=TWO, notes=["note_footer", "note_footer"]
    )
    case("lay-signature.csv", PLAIN + "制表人：张样例,审核人：李样例\n", rows=TWO, notes=["note_footer"])
    case(
        "lay-total-and-signature.csv", PLAIN + "合计,2\n制表人：样例,\n", rows=TWO, notes=["note_footer", "note_footer"]
    )
    case("lay-total-in-the-middle.csv", "代码,名称\n合计,全省\n1,a\n", rows=[["合计", "全省"], ["1", "a"]])
    case("lay-name-like-remark.csv", "代码,名称\n1,说明书\n2,注册处\n", rows=[["1", "说明书"], ["2", "注册处"]])
    case("lay-header-second-level.csv", "地区,人口,\n,男,女\n长春,3,4\n", HALVES, rows=[["长春", "3", "4"]],
         notes=["note_header_rows"])  # fmt: skip
    case("lay-header-parents.csv", "地区,人口,,就业,\n,男,女,男,女\n长春,3,4,1,2\n", PARENTS,
         rows=[["长春", "3", "4", "1", "2"]], notes=["note_header_rows"])  # fmt: skip
    case("lay-blank-column.csv", "代码,,名称\n0431,,长春\n0432,,吉林\n", rows=TWO)
    case("lay-blank-first-column.csv", ",代码,名称\n,0431,长春\n,0432,吉林\n", rows=TWO)
    case("lay-nameless-with-values.csv", "代码,,名称\n1,x,a\n", code="header_blank_cell")
    late = "代码,,名称\n" + "1,,a\n" * 80 + "2,x,b\n"
    case("lay-nameless-late-value.csv", late, rows=[["1", "a"]] * 80, rejects=[[82, "", "cell_without_header"]])
    case("lay-duplicate-header.csv", "代码,名称,代码\n1,2,3\n", code="header_duplicate")
    case("lay-two-names-one-item.csv", "代码,code\n1,2\n", code="header_duplicate")
    case("lay-no-header.csv", "0431,长春\n0432,吉林\n", code="header_missing")
    case("lay-starred-header.csv", "*代码,名称＊\n0431,长春\n", rows=[["0431", "长春"]])
    case("lay-broken-header.csv", '"代\n码","名 称"\n0431,长春\n', rows=[["0431", "长春"]])
    case("lay-wide-header.csv", "ＣＯＤＥ,Ｎａｍｅ\n0431,长春\n", rows=[["0431", "长春"]])
    case("lay-zero-width-header.csv", "\u200b代码,名称\ufeff\n0431,长春\n", rows=[["0431", "长春"]])
    case("lay-extra-columns.csv", "序号,代码,名称\n1,0431,长春\n", rows=[["0431", "长春"]], unknown=["序号"])
    case("lay-missing-column.csv", "代码\n0431\n", rows=[], stands=False, missing=["name"])


def workbooks() -> None:
    """XLSX, XLS and ODS."""
    head = ["代码", "名称"]
    case("book-plain.xlsx", sheet_of([head, *TWO]), rows=TWO)
    case("book-named-csv.csv", sheet_of([head, *TWO]), rows=TWO)
    case(
        "book-title-merged.xlsx", sheet_of([["吉林省区划"], head, *TWO], ["A1:B1"]), rows=TWO, notes=["note_title_rows"]
    )
    case("book-header-merged.xlsx", sheet_of([["地区", "人口"], [None, "男", "女"], ["长春", 3, 4]], ["A1:A2", "B1:C1"]),
         HALVES, rows=[["长春", "3", "4"]], notes=["note_title_rows"])  # fmt: skip
    case("book-header-parents.xlsx",
         sheet_of([["表"], ["地区", "人口", None, "就业"], [None, "男", "女", "男", "女"], ["长春", 3, 4, 1, 2]],
                  ["A1:E1", "A2:A3", "B2:C2", "D2:E2"]),
         PARENTS, rows=[["长春", "3", "4", "1", "2"]], notes=["note_header_rows", "note_title_rows"])  # fmt: skip
    case("book-body-merged.xlsx", sheet_of([head, ["0431", "长春"], [None, "榆树"], ["0432", "吉林"]], ["A2:A3"]),
         rows=[["0431", "长春"], ["0431", "榆树"], ["0432", "吉林"]], notes=["note_merged"])  # fmt: skip
    case(
        "book-offset.xlsx",
        sheet_of([[], [], [None, None, *head], [None, None, "0431", "长春"]]),
        rows=[["0431", "长春"]],
    )
    case("book-footer.xlsx", sheet_of([head, *TWO, [], ["合计", 2], ["制表人：样例"]]), rows=TWO,
         notes=["note_footer", "note_footer"])  # fmt: skip
    case("book-long-numbers.xlsx", sheet_of([head, [220102199001011234, "a"], [220102, "b"]]),
         rows=[["220102", "b"]], rejects=[[2, "code", "scientific"]])  # fmt: skip
    case("book-floats.xlsx", sheet_of([["代码", "金额"], ["1", 0.1], ["2", 1234.5600000000001], ["3", 1e-7], ["4", -5]]),
         "code|代码|C,amount|金额|N", rows=[["1", "0.1"], ["2", "1234.56"], ["3", "0.0000001"], ["4", "-5"]])  # fmt: skip
    case("book-two-fitting-sheets.xlsx", book(_two_sheets), code="sheet_ambiguous", params={"sheets": "长春、吉林"})
    case("book-chosen-sheet.xlsx", book(_two_sheets), sheet="吉林", rows=[["0432", "吉林"]], notes=["note_sheet"])
    case("book-unknown-sheet.xlsx", book(_two_sheets), sheet="延边", code="sheet_unknown")
    case("book-one-fits.xlsx", book(_cover_and_data), rows=[["0431", "长春"]], notes=["note_sheet"])
    case("book-hidden-sheet.xlsx", book(_hidden_and_data), rows=[["0432", "吉林"]], notes=["note_sheet"])
    case("book-dates.xlsx", book(_dates), "code|代码|C,day|日期|D,moment|时间|T",
         rows=[["1", "2023-01-05", "2023-01-05 13:04:05"], ["2", "2023-01-06", "2023-01-06 12:00:00"],
               ["3", "1900-01-15", "2023-01-05 00:00:00"]])  # fmt: skip
    case("book-formula-unsaved.xlsx", sheet_of([head, ["1", "=A2"]]), code="formula_without_value")
    case("book-errors.xlsx", book(_errors), "code|代码|C,amount|金额|N", rows=[["1", None]],
         rejects=[[3, "amount", "number"]], notes=["note_no_value"])  # fmt: skip
    case("book-empty.xlsx", sheet_of([]), code="file_empty")
    case("book-truth.xlsx", sheet_of([["代码", "有效"], ["1", True], ["2", False], ["3", "是"], ["4", "无"]]),
         "code|代码|C,valid|有效|L", rows=[["1", True], ["2", False], ["3", True], ["4", False]])  # fmt: skip
    case("book-phonetic.xlsx", book(_phonetic), rows=TWO)
    case("book-protected.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1500), code="damaged")
    case("book-cut.xlsx", sheet_of([head, *TWO])[:-400], code="damaged")
    case("book-entities.xlsx", _with_entity(sheet_of([head, *TWO])), code="xml_entities")
    case("book-plain.xls", old_book([head, *TWO]), rows=TWO)
    case("book-merged.xls", old_book([[], head, ["0431", "长春"], [None, "榆树"]],
         [(0, 0, 0, 1, "吉林省区划"), (2, 3, 0, 0, "0431")]),
         rows=[["0431", "长春"], ["0431", "榆树"]], notes=["note_merged", "note_title_rows"])  # fmt: skip
    case("book-web-page.xls", "<html><body><table><tr><td>代码</td></tr></table></body></html>", code="web_page")
    case("book-xml-2003.xls", '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">'
         "</Workbook>", code="web_page")  # fmt: skip
    case("book-plain.ods", ods(ods_row(*head) + "".join(ods_row(*row) for row in TWO)), rows=TWO)
    case("book-endless.ods", ods(ods_row(*head) + ods_row(*TWO[0]) + '<table:table-row table:number-rows-repeated="1048574">'
         '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'), rows=TWO[:1])  # fmt: skip
    case("book-repeated.ods", ods(ods_row(*head) + '<table:table-row table:number-rows-repeated="3"><table:table-cell '
         'table:number-columns-repeated="2" office:value-type="string"><text:p>x</text:p></table:table-cell>'
         "</table:table-row>"), rows=[["x", "x"]] * 3)  # fmt: skip
    case("book-typed.ods", ods(ods_row("代码", "名称", "金额", "日期") + ods_row("1", "a", extra=_ODS_TYPED)), FULL,
         rows=[["1", "a", "12.5", "2023-01-05"]])  # fmt: skip
    case("book-merged.ods", ods(ods_row(*head) + _ODS_MERGED), rows=[["0431", "长春"], ["0431", "榆树"]],
         notes=["note_merged"])  # fmt: skip
    case("book-comment.ods", ods(ods_row(*head) + _ODS_COMMENT), rows=[["1", "a"]])
    case("book-hidden.ods", ods(_ODS_HIDDEN, _ODS_HIDDEN_STYLE), rows=TWO[:1], notes=["note_sheet"])
    case("book-document.docx", packed([("word/document.xml", b"<w/>")]), code="format_unknown")


_ODS_TYPED = (
    '<table:table-cell office:value-type="float" office:value="12.5"><text:p>12.50</text:p></table:table-cell>'
    '<table:table-cell office:value-type="date" office:date-value="2023-01-05"><text:p>5.1.</text:p></table:table-cell>'
)
_ODS_MERGED = (
    '<table:table-row><table:table-cell table:number-rows-spanned="2" office:value-type="string"><text:p>0431</text:p>'
    '</table:table-cell><table:table-cell office:value-type="string"><text:p>长春</text:p></table:table-cell>'
    "</table:table-row><table:table-row><table:covered-table-cell/>"
    '<table:table-cell office:value-type="string"><text:p>榆树</text:p></table:table-cell></table:table-row>'
)
_ODS_COMMENT = (
    '<table:table-row><table:table-cell office:value-type="string"><office:annotation><text:p>批注</text:p>'
    "</office:annotation><text:p>1</text:p></table:table-cell>"
    '<table:table-cell office:value-type="string"><text:p>a</text:p></table:table-cell></table:table-row>'
)
_ODS_HIDDEN_STYLE = (
    '<style:style style:name="ta2" style:family="table"><style:table-properties table:display="false"/></style:style>'
)
_ODS_HIDDEN = (
    f'<table:table table:name="藏" table:style-name="ta2">{ods_row("代码", "名称")}{ods_row("9", "z")}</table:table>'
    f'<table:table table:name="数据">{ods_row("代码", "名称")}{ods_row("0431", "长春")}</table:table>'
)


def _two_sheets(workbook: openpyxl.Workbook) -> None:
    for name, row in (("长春", TWO[0]), ("吉林", TWO[1])):
        sheet = workbook.create_sheet(name)
        sheet.append(["代码", "名称"])
        sheet.append(row)
    workbook.remove(workbook.worksheets[0])


def _cover_and_data(workbook: openpyxl.Workbook) -> None:
    first_sheet(workbook).title = "封面"
    first_sheet(workbook).append(["吉林省", "区划代码"])
    sheet = workbook.create_sheet("数据")
    sheet.append(["代码", "名称"])
    sheet.append(TWO[0])


def _hidden_and_data(workbook: openpyxl.Workbook) -> None:
    _two_sheets(workbook)
    workbook.worksheets[0].sheet_state = "hidden"


def _dates(workbook: openpyxl.Workbook) -> None:
    sheet = first_sheet(workbook)
    sheet.append(["代码", "日期", "时间"])
    moment = datetime.datetime(2023, 1, 5, 13, 4, 5)  # noqa: DTZ001  sheets know no zone
    sheet.append(["1", datetime.date(2023, 1, 5), moment])
    sheet.append(["2", 44932, 44932.5])
    sheet.append(["3", 15, 44931])
    sheet["B4"].number_format = numbers.FORMAT_DATE_YYYYMMDD2
    sheet["C4"].number_format = 'yyyy"年"m"月"d"日"'


def _errors(workbook: openpyxl.Workbook) -> None:
    sheet = first_sheet(workbook)
    for row in (["代码", "金额"], ["1", "#N/A"], ["2", "#DIV/0!"]):
        sheet.append(row)
    sheet["B2"].data_type = sheet["B3"].data_type = "e"


def _phonetic(workbook: openpyxl.Workbook) -> None:
    for row in (["代码", "名称"], *TWO):
        first_sheet(workbook).append(row)


def _with_entity(content: bytes) -> bytes:
    entries = []
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            body = archive.read(name)
            if name == "xl/workbook.xml":
                body = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + body
            entries.append((name, body))
    return packed(entries)


def texts() -> None:
    """JSON, XML, GeoJSON, Parquet."""
    one, two = '{"代码":"0431","名称":"长春"}', '{"名称":"吉林","代码":"0432"}'
    case("json-array.json", f"[{one},\n{two}]", rows=TWO)
    case("json-lines.ndjson", f"{one}\n\n{two}\n", rows=TWO)
    case("json-lines-joined.json", f"{one}{two}", rows=TWO)
    case("json-wrapped.json", f'{{"code":0,"msg":"ok","data":{{"total":2,"rows":[{one},{two}]}}}}', rows=TWO,
         notes=["note_json_path"])  # fmt: skip
    case("json-wrapped-after-list.json", f'{{"fields":["代码","名称"],"rows":[{one},{two}],"more":{{"a":[1]}}}}', rows=TWO,
         notes=["note_json_path"])  # fmt: skip
    case("json-wrapped-cut.json", f'{{"rows":[{one},{two}]', code="json_syntax")
    case("json-numbers.json", '[{"代码":220102199001011234567,"名称":1.10}]', rows=[["220102199001011234567", "1.10"]])
    case("json-exponent.json", '[{"代码":4.2e+17,"名称":null}]', rows=[], rejects=[[1, "code", "scientific"]])
    case("json-late-key.json", '[{"代码":"1"},{"代码":"2","名称":"b"}]', rows=[["1", None], ["2", "b"]])
    case("json-nan.json", '[{"代码":"1","金额":NaN}]', "code|代码|C,amount|金额|N", rows=[["1", None]],
         notes=["note_no_value"])  # fmt: skip
    case("json-cut.json", '[{"代码":"1"},{"代码":', code="json_syntax")
    case("json-comma.json", '[{"代码":"1"},]', code="json_syntax")
    case("json-scalars.json", "[1,2]", code="json_shape")
    case("json-text.json", '"just a text"', code="json_shape")
    case("json-empty.json", "[]", code="file_empty")
    case("json-deep.json", '{"a":' * 300 + "1" + "}" * 300, code="header_missing")
    point = (
        '{"type":"Feature","properties":{"代码":"1"},"geometry":{"type":"Point","coordinates":[125.3245,43.886800]}}'
    )
    shape = ('{"type":"Feature","properties":{"代码":"2"},"geometry":{"type":"Polygon",'
             '"coordinates":[[[1,2],[3,4],[5,6],[1,2]]]}}')  # fmt: skip
    case("geo-points.geojson", f'{{"type":"FeatureCollection","features":[{point}]}}',
         "code|代码|C,lon|经度|N,lat|纬度|N", rows=[["1", "125.3245", "43.8868"]], unknown=["geometry"])  # fmt: skip
    case("geo-shapes.json", f'{{"type":"FeatureCollection","name":"x","features":[{point},{shape}]}}',
         "code|代码|C,wkt|空间位置|M",
         rows=[["1", "POINT (125.3245 43.886800)"], ["2", "POLYGON ((1 2, 3 4, 5 6, 1 2))"]],
         unknown=["longitude", "latitude"])  # fmt: skip
    case("geo-without-geometry.geojson",
         '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"代码":"1","名称":"a"},"geometry":null}]}',
         rows=[["1", "a"]])  # fmt: skip
    rows = "<row><code>0431</code><name>长春</name></row><row><name>吉林</name><code>0432</code></row>"
    case("xml-rows.xml", f"<data>{rows}</data>", rows=TWO)
    case("xml-attributes.xml", '<data><r code="0431" name="长春"/><r name="吉林" code="0432"/></data>', rows=TWO)
    case("xml-namespaces.xml", '<a:data xmlns:a="urn:x"><a:row><a:code>0431</a:code><a:name>长春</a:name></a:row>'
         "<a:row><a:code>0432</a:code><a:name>吉林</a:name></a:row></a:data>", rows=TWO)  # fmt: skip
    case("xml-wrapped.xml", f"<r><head><code>0</code></head><body><list>{rows}</list></body></r>", rows=TWO)
    case("xml-nested.xml", "<d><row><code>1</code><unit><name>a</name></unit></row>"
         "<row><code>2</code><unit><name>b</name></unit></row></d>", "code|代码|C,unit.name|单位|C",
         rows=[["1", "a"], ["2", "b"]])  # fmt: skip
    case("xml-one-record.xml", "<d><code>0431</code><name>长春</name></d>".replace("<d>", "<r><d>").replace("</d>", "</d></r>"),
         rows=TWO[:1])  # fmt: skip
    case("xml-cdata.xml", "<d><row><code>1</code><name><![CDATA[a<b]]></name></row><row><code>2</code><name/></row></d>",
         rows=[["1", "a<b"], ["2", None]])  # fmt: skip
    case(
        "xml-repeated.xml",
        "<d><row><code>1</code><code>2</code></row><row><code>3</code></row></d>",
        code="repeated_value",
    )
    case("xml-bomb.xml", '<!DOCTYPE b [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><d><row><code>&b;</code></row></d>',
         code="xml_entities")  # fmt: skip
    case("xml-outside.xml", '<!DOCTYPE b [<!ENTITY a SYSTEM "file:///etc/passwd">]><d><row><code>&a;</code></row></d>',
         code="xml_entities")  # fmt: skip
    case("xml-cut.xml", "<d><row><code>1</code></row>", code="xml_syntax")
    case("xml-deep.xml", "<a>" * 500 + "</a>" * 500, code="xml_deep")
    case("xml-empty-root.xml", "<data/>", code="xml_shape")
    case("parquet-plain.parquet", parquet(代码=["0431", "0432"], 名称=["长春", "吉林"]), rows=TWO)
    case("parquet-types.parquet", parquet(code=["1"], name=["a"], amount=[1.5], day=pa.array([19362], pa.date32())), FULL,
         rows=[["1", "a", "1.5", "2023-01-05"]])  # fmt: skip
    case("parquet-nested.parquet", parquet(代码=[["a"]], 名称=["b"]), code="nested_column")
    case("parquet-cut.parquet", parquet(代码=["0431"], 名称=["长春"])[:-30], code="damaged")


def archives() -> None:
    """ZIP and gzip."""
    plain = PLAIN.encode()
    case("zip-one.zip", packed([("a.csv", plain)]), rows=TWO)
    case("zip-gbk-name.zip", gbk_named("区划代码", plain), rows=TWO)
    case("zip-folder.zip", packed([("吉林/区划/a.csv", plain)]), rows=TWO)
    case("zip-joined.zip", packed([("b10.csv", b"code,name\n10,j\n"), ("b2.csv", b"name,code\nb,2\n")]),
         rows=[["2", "b"], ["10", "j"]], notes=["note_joined"])  # fmt: skip
    case("zip-joined-kinds.zip", packed([("a.csv", plain), ("b.xlsx", sheet_of([["代码", "名称"], ["0433", "延边"]]))]),
         rows=[*TWO, ["0433", "延边"]], notes=["note_joined"])  # fmt: skip
    case("zip-shapes.zip", packed([("a.csv", plain), ("b.csv", b"x,y\n1,2\n")]), code="archive_shapes")
    case("zip-readme.zip", packed([("说明.txt", "仅供参考".encode()), ("a.csv", plain), ("b.pdf", b"%PDF")]), rows=TWO,
         notes=["note_ignored_file", "note_ignored_file"])  # fmt: skip
    case("zip-mac.zip", packed([("a.csv", plain), ("__MACOSX/._a.csv", b"\0\5\26\7")]), rows=TWO)
    case("zip-nothing.zip", packed([("a.pdf", b"%PDF")]), code="archive_empty")
    case("zip-empty.zip", packed([]), code="archive_empty")
    case("zip-nested.zip", packed([("inner.zip", packed([("a.csv", plain)]))]), code="archive_nested")
    case("zip-nested-disguised.zip", packed([("inner.csv", packed([("a.csv", plain)]))]), code="archive_nested")
    case("zip-climbing.zip", packed([("../../etc/a.csv", plain)]), code="archive_path")
    case("zip-absolute.zip", packed([("/etc/a.csv", plain)]), code="archive_path")
    case("zip-drive.zip", packed([("C:\\a.csv", plain)]), code="archive_path")
    case("zip-encrypted.zip", _encrypted(), code="archive_encrypted")
    case("zip-cut.zip", packed([("a.csv", plain)])[:-20], code="damaged")
    case("zip-bad-crc.zip", packed([("a.csv", plain * 50)]).replace(b"\x03\x04", b"\x03\x04", 1)[:60] + b"\0" * 10
         + packed([("a.csv", plain * 50)])[70:], code="damaged")  # fmt: skip
    case("zip-bad-inside.zip", packed([("a.csv", b"code,name\n1,\xff\xff\n")]), code="encoding")
    case("gz-plain.csv.gz", gzip.compress(plain, mtime=0), rows=TWO)
    case("gz-xlsx.gz", gzip.compress(sheet_of([["代码", "名称"], *TWO]), mtime=0), rows=TWO)
    case("gz-cut.csv.gz", gzip.compress(plain, mtime=0)[:-6], code="damaged")
    case("gz-twice.gz", gzip.compress(gzip.compress(plain, mtime=0), mtime=0), code="archive_nested")
    case("rar.rar", b"Rar!\x1a\x07\x00" + bytes(40), code="archive_other")
    case("7z.csv", b"7z\xbc\xaf\x27\x1c" + bytes(40), code="archive_other")
    case("picture.csv", b"\x89PNG\r\n\x1a\n" + bytes(40), code="format_unknown")
    case("program.csv", b"MZ" + bytes(80), code="format_unknown")


def _encrypted() -> bytes:
    content = bytearray(packed([("a.csv", PLAIN.encode())]))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def cells() -> None:
    """Values: what is taken, and what is refused with which reason."""
    kinds = {"N": "x|值|N", "D": "x|值|D", "T": "x|值|T", "L": "x|值|L", "I": "x|值|I", "C": "x|值|C"}

    def column(
        name: str, kind: str, values: list[str], rows: list[Any], rejects: list[tuple[int, str]], **more: Any
    ) -> None:
        text = "key,值\n" + "".join(f'{number},"{value}"\n' for number, value in enumerate(values, 1))
        case(f"cell-{name}.csv", text.encode(), f"key|key|C,{kinds[kind]}",
             rows=[[str(number), value] for number, value in rows],
             rejects=[[line, "x", code] for line, code in rejects], **more)  # fmt: skip

    column("chinese-dates", "D", ["2023年1月5日", "二〇二三年一月五日", "2023/1/5", "20230105", "2023.1.5", "２０２３－１－５"],
           [(number, "2023-01-05") for number in range(1, 7)], [])  # fmt: skip
    column("wrong-dates", "D", ["2023-02-29", "2023年13月1日", "5/1/2023", "44931", "2023年", "昨天"], [],
           [(2, "date"), (3, "date"), (4, "date"), (5, "day_number"), (6, "date"), (7, "date")])  # fmt: skip
    column("moments", "T", ["2023-01-05 下午3:04", "2023年1月5日15时04分", "20230105150400", "2023/1/5 3:04 PM"],
           [(number, "2023-01-05 15:04:00") for number in range(1, 5)], [])  # fmt: skip
    column("numbers", "N", ["1,234.50", "１２３４．５", "￥1,234.5元", "'1234.5", "1234.5\t"],
           [(number, "1234.5") for number in range(1, 6)], [])  # fmt: skip
    column("wrong-numbers", "N", ["12,34", "1.2.3", "3万", "12%", "1.2E+10", "abc", "无", "--5"], [],
           [(2, "number"), (3, "number"), (4, "unit"), (5, "unit"), (6, "scientific"), (7, "number"), (8, "number"),
            (9, "number")])  # fmt: skip
    column("codes", "C", ["007", "220102199001011234\t", "'0431", "\u200b22", "4.20106E+17"],
           [(1, "007"), (2, "220102199001011234"), (3, "0431"), (4, "22")], [(6, "scientific")])  # fmt: skip
    column("injection", "C", ["=1+1", "@SUM(A1)", "+8613800000000", "-1"],
           [(1, "=1+1"), (2, "@SUM(A1)"), (3, "+8613800000000"), (4, "-1")], [])  # fmt: skip
    column("no-value-words", "I", ["NULL", "N/A", "-", "—", "nan", "\\N"], [(number, None) for number in range(1, 7)], [],
           notes=["note_no_value"])  # fmt: skip
    column("no-value-words-in-text", "C", ["无", "-", "N/A", "NULL"], [(1, "无"), (2, "-"), (3, "N/A"), (4, None)], [],
           notes=["note_no_value"])  # fmt: skip
    column("truths", "L", ["是", "否", "有", "无", "√", "Y", "0", "也许"],
           [(1, True), (2, False), (3, True), (4, False), (5, True), (6, True), (7, False)], [(9, "boolean")])  # fmt: skip
    column("whole-numbers", "I", ["7.0", "1,000", "1.5", "9223372036854775808", "-0"], [(1, 7), (2, 1000), (5, 0)],
           [(4, "integer"), (5, "integer")])  # fmt: skip
    case("cell-formula-protected.csv", 'code,name\n="0431",长春\n', rows=[["0431", "长春"]])
    case("cell-duplicate-key.csv", "code,name\n1,a\n1,b\n2,c\n", "code|代码|C*,name|名称|C", rows=[["1", "a"], ["2", "c"]],
         rejects=[[3, "code", "duplicate_key"]])  # fmt: skip
    case("cell-missing-key.csv", "code,name\n,a\n2,c\n", "code|代码|C*,name|名称|C", rows=[["2", "c"]],
         rejects=[[2, "code", "null"]])  # fmt: skip


def make() -> None:
    """Write all files and the table."""
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.iterdir():
        old.unlink()
    for group in (encodings, delimiters, layouts, workbooks, texts, archives, cells):
        group()
    lines = ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in CASES)
    TABLE.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    make()
