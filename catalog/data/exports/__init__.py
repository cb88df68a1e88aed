"""Files for readers: each format is a generator of bytes over the batches of an engine, in constant memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from catalog.data.engines import Engine, Query
from catalog.data.errors import PlanInvalid
from catalog.data.exports.binary import arrow_stream, parquet_file
from catalog.data.exports.json_text import json_text, ndjson_text
from catalog.data.exports.tables import csv_text, tsv_text, xml_text
from catalog.data.exports.workbook import xlsx_file


@dataclass(frozen=True)
class Form:
    """One export format: its media type, file extension, writer, and whether a byte order mark may lead it."""

    content_type: str
    extension: str
    write: Callable[[Engine, Query], Iterator[bytes]]
    takes_bom: bool = False


FORMS: Mapping[str, Form] = {
    "csv": Form("text/csv; charset=utf-8", "csv", csv_text, takes_bom=True),
    "tsv": Form("text/tab-separated-values; charset=utf-8", "tsv", tsv_text, takes_bom=True),
    "json": Form("application/json; charset=utf-8", "json", json_text),
    "ndjson": Form("application/x-ndjson; charset=utf-8", "ndjson", ndjson_text),
    "xlsx": Form("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx", xlsx_file),
    "parquet": Form("application/vnd.apache.parquet", "parquet", parquet_file),
    "xml": Form("application/xml; charset=utf-8", "xml", xml_text),
    "arrow": Form("application/vnd.apache.arrow.stream", "arrow", arrow_stream),
}
_BOM = b"\xef\xbb\xbf"


def form_named(name: str) -> Form:
    """Find a format. Raises PlanInvalid("format")."""
    form = FORMS.get(name)
    if form is None:
        raise PlanInvalid("format", "format_unknown_export", value=name[:20], known=", ".join(FORMS))
    return form


def export(engine: Engine, query: Query, name: str, *, bom: bool = False) -> Iterator[bytes]:
    """Write the query's rows in the named format, piece by piece; `bom` leads CSV and TSV for Excel's sake.

    Raises PlanInvalid("format"); while iterating ExportTooLarge (xlsx), EngineLimit, DamagedFile.
    """
    form = form_named(name)
    if bom and form.takes_bom:
        yield _BOM
    yield from form.write(engine, query)
