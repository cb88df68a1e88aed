"""The list of resources as a table for people who work in spreadsheets."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

import xlsxwriter
from django.db.models import QuerySet
from django.utils.encoding import force_str
from django.utils.translation import gettext as _

from catalog.models import Resource
from catalog.selectors.resources import listed

CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
#: Cells that begin so would be run as formulas by spreadsheets.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def export_rows(resources: QuerySet[Resource]) -> Iterator[list[Any]]:
    """Yield a header and one row for each resource."""
    yield [
        _("Code"), _("Name in Chinese"), _("Name in English"), _("Provider"), _("Provider code"), _("Region"),
        _("Class"), _("Theme"), _("Sharing"), _("Opening"), _("Grade"), _("Update cycle"), _("Format"),
        _("State"), _("Published on"), _("Rows"), _("Abstract"),
    ]  # fmt: skip
    for resource in listed(resources).iterator(chunk_size=500):
        yield _row(resource)


def _row(resource: Resource) -> list[Any]:
    provider, version = resource.provider, resource.current_version
    return [
        resource.code, resource.title_zh, resource.title_en, provider.name_zh, provider.uscc,
        provider.region.name_zh, resource.category or "", resource.theme or "",
        resource.get_sharing_type_display(), resource.get_opening_type_display(), resource.get_grade_display(),
        resource.get_update_cycle_display() or "", resource.get_format_display(), resource.get_state_display(),
        f"{resource.published_at:%Y-%m-%d}" if resource.published_at else "",
        version.row_count if version else "", resource.abstract_zh,
    ]  # fmt: skip


def _text(value: Any) -> str:
    text = force_str(value)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def render_rows(rows: Iterable[list[Any]], form: str) -> Iterator[bytes]:
    """Yield the file: CSV in pieces, UTF-8 with a mark for spreadsheets; XLSX whole; all cells text, no formulas."""
    if form == "csv":
        yield b"\xef\xbb\xbf"
        for row in rows:
            line = io.StringIO()
            csv.writer(line).writerow(map(_text, row))
            yield line.getvalue().encode()
        return
    target = io.BytesIO()
    book = xlsxwriter.Workbook(
        target, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 2)
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            sheet.write_string(at, column, _text(value)[:32767])
    book.close()
    yield target.getvalue()
