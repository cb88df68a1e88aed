"""Workbooks: XLSX, XLS and ODS."""

import datetime
import io
import zipfile

import openpyxl
from openpyxl.styles import numbers

from tests.catalog.data.hostile.build import (
    book,
    first_sheet,
    ods,
    ods_row,
    old_book,
    packed,
    sheet_of,
)
from tests.catalog.data.hostile.make.cases import FULL, HALVES, PARENTS, TWO, case

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
