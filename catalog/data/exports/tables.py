"""CSV, TSV and XML as text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pyarrow as pa
import pyarrow.compute as pc

from catalog.data.engines import Engine, Query
from catalog.data.engines.sql import Kind
from catalog.data.exports.served import served_lines
from catalog.data.exports.values import DANGEROUS_PATTERN
from catalog.data.formulas import NUMBER_PATTERN

LINE_END = "\r\n"
_XML_NAME = re.compile(r"[A-Za-z_\u00c0-\u00d6\u00d8-\u00f6\u3007\u4e00-\u9fff][\w.\-\u3007\u4e00-\u9fff]*")
_XML_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def csv_text(engine: Engine, query: Query) -> Iterator[bytes]:
    """Write comma-separated values by RFC 4180."""
    return _delimited(engine, query, Kind.CSV, ",")


def tsv_text(engine: Engine, query: Query) -> Iterator[bytes]:
    """Write tab-separated values, quoted where a value holds a tab, a quote or a line end."""
    return _delimited(engine, query, Kind.TSV, "\t")


def _delimited(engine: Engine, query: Query, kind: Kind, delimiter: str) -> Iterator[bytes]:
    names = [pa.array([field.name]) for field in query.fields]
    yield _lines(names, [True] * len(names), delimiter)
    is_text = [field.type.is_text for field in query.fields]

    def from_files(rest: Query) -> Iterator[bytes]:
        for batch in engine.texts(rest):
            if batch.num_rows:
                yield _lines(batch.columns, is_text, delimiter)

    yield from served_lines(engine, query, kind, from_files)


def _lines(columns: Sequence[pa.Array[Any]], is_text: Sequence[bool], delimiter: str) -> bytes:
    """Join columns of texts to lines, all in Arrow: one Python object for a whole batch."""
    cells = [
        _quoted(_disarmed(column) if text else column, delimiter, alone=len(columns) == 1)
        for column, text in zip(columns, is_text, strict=True)
    ]
    rows = pc.binary_join_element_wise(*cells, delimiter, null_handling="replace", null_replacement="")
    whole: Any = pa.ListArray.from_arrays(pa.array([0, len(rows)], pa.int32()), rows)
    joined: Any = pc.binary_join(whole, LINE_END)
    text: str = joined[0].as_py()
    return (text + LINE_END).encode()


def _disarmed(column: Any) -> Any:
    """Put an apostrophe before formulas; see `values.guarded`, which says the same of one text."""
    armed = pc.match_substring_regex(column, DANGEROUS_PATTERN)
    if not pc.any(armed).as_py():
        return column
    armed = pc.and_not(armed, pc.match_substring_regex(column, NUMBER_PATTERN))
    return pc.if_else(armed, pc.binary_join_element_wise("'", column, ""), column)


def _quoted(column: Any, delimiter: str, *, alone: bool) -> Any:
    special = pc.match_substring_regex(column, f'["\r\n{delimiter}]')
    if alone:
        # A line of one empty cell would be a blank line, which readers skip.
        column = pc.fill_null(column, "")
        special = pc.or_(pc.fill_null(special, False), pc.equal(column, pa.scalar("")))  # noqa: FBT003 - Arrow's
    if not pc.any(special).as_py():
        return column
    doubled = pc.replace_substring(column, '"', '""')
    return pc.if_else(special, pc.binary_join_element_wise('"', doubled, '"', ""), column)


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
