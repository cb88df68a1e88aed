"""CSV, TSV and XML as text."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

import pyarrow as pa

from catalog.data.engines import Engine, Query
from catalog.data.exports.values import guarded, needs_guard

_XML_NAME = re.compile(r"[A-Za-z_\u00c0-\u00d6\u00d8-\u00f6\u3007\u4e00-\u9fff][\w.\-\u3007\u4e00-\u9fff]*")
_XML_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def csv_text(engine: Engine, query: Query) -> Iterator[bytes]:
    """Write comma-separated values by RFC 4180."""
    return _delimited(engine, query, ",")


def tsv_text(engine: Engine, query: Query) -> Iterator[bytes]:
    """Write tab-separated values, quoted where a value holds a tab, a quote or a line end."""
    return _delimited(engine, query, "\t")


def guarded_columns(batch: pa.RecordBatch, query: Query) -> list[list[str | None]]:
    """Give the columns of a batch of texts with formulas disarmed in the text columns."""
    columns: list[list[str | None]] = []
    for field, column in zip(query.fields, batch.columns, strict=True):
        texts: list[str | None] = column.to_pylist()
        if field.type.is_text and needs_guard(texts):
            texts = [text if text is None else guarded(text) for text in texts]
        columns.append(texts)
    return columns


def _delimited(engine: Engine, query: Query, delimiter: str) -> Iterator[bytes]:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow([guarded(field.name) for field in query.fields])
    for batch in engine.texts(query):
        writer.writerows(zip(*guarded_columns(batch, query), strict=True))
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue().encode()


def xml_text(engine: Engine, query: Query) -> Iterator[bytes]:
    """Write <data><row _id="1"><name>value</name></row></data>; what is missing is left out.

    A column whose name cannot be an XML name becomes <field name="…">.
    """
    tags = [_tags(field.name) for field in query.fields]
    number = query.plan.offset
    yield b'<?xml version="1.0" encoding="UTF-8"?>\n<data>\n'
    for batch in engine.texts(query):
        lines = []
        for cells in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            number += 1
            body = "".join(
                f"{start}{escape(_XML_ILLEGAL.sub('', cell))}{end}"
                for (start, end), cell in zip(tags, cells, strict=True)
                if cell is not None
            )
            lines.append(f'<row _id="{number}">{body}</row>\n')
        yield "".join(lines).encode()
    yield b"</data>\n"


def _tags(name: str) -> tuple[str, str]:
    if _XML_NAME.fullmatch(name) and not name.lower().startswith("xml"):
        return f"<{name}>", f"</{name}>"
    return f"<field name={quoteattr(name)}>", "</field>"
