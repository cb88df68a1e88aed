"""Builders of hostile files: workbooks, archives and Parquet from a few cells."""

import io
import zipfile
from collections.abc import Callable, Iterable
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import xlwt
from openpyxl.worksheet.worksheet import Worksheet


def first_sheet(workbook: openpyxl.Workbook) -> Worksheet:
    """Give the sheet that a new workbook has."""
    return workbook.worksheets[0]


def book(fill: Callable[[openpyxl.Workbook], None]) -> bytes:
    """Make an XLSX."""
    workbook = openpyxl.Workbook()
    fill(workbook)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def sheet_of(rows: Iterable[Iterable[Any]], merges: Iterable[str] = (), title: str = "数据") -> bytes:
    """Make an XLSX of one sheet."""

    def fill(workbook: openpyxl.Workbook) -> None:
        sheet = first_sheet(workbook)
        sheet.title = title
        for row in rows:
            sheet.append(list(row))
        for merge in merges:
            sheet.merge_cells(merge)

    return book(fill)


def old_book(rows: Iterable[Iterable[Any]], merges: Iterable[tuple[int, int, int, int, str]] = ()) -> bytes:
    """Make an XLS."""
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("数据")
    taken = {(top, left) for top, _, left, _, _ in merges}
    for number, row in enumerate(rows):
        for position, value in enumerate(row):
            if value is not None and (number, position) not in taken:
                sheet.write(number, position, value)
    for top, bottom, left, right, value in merges:
        sheet.write_merge(top, bottom, left, right, value)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def ods(body: str, styles: str = "") -> bytes:
    """Make an ODS of the rows of a sheet, or of whole tables."""
    if "<table:table " not in body:
        body = f'<table:table table:name="数据">{body}</table:table>'
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2">'
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>"
    )
    return packed([("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", content.encode())])


def ods_row(*cells: str, extra: str = "") -> str:
    """Make a row of text cells of an ODS."""
    inner = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in cells
    )
    return f"<table:table-row>{inner}{extra}</table:table-row>"


def packed(entries: Iterable[tuple[str | zipfile.ZipInfo, bytes]]) -> bytes:
    """Make a ZIP."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name if isinstance(name, zipfile.ZipInfo) else zipfile.ZipInfo(name), content)
    return stream.getvalue()


def gbk_named(name: str, content: bytes) -> bytes:
    """Make a ZIP whose file name is GBK without the UTF-8 flag, as Chinese desktops write it."""
    mark = "N" * len(name.encode("gb18030"))
    return packed([(mark + ".csv", content)]).replace(mark.encode(), name.encode("gb18030"))


def parquet(**columns: Any) -> bytes:
    """Make a Parquet file."""
    stream = io.BytesIO()
    pq.write_table(pa.table(columns), stream)
    return stream.getvalue()
