"""What the manifest says of a data file: its columns, the range of each, its rows; and the hash of a whole version."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from catalog.data.duck import INGEST_LIMITS, Limits, identifier, workbench
from catalog.data.plan.conditions import Condition
from catalog.data.schema import ROW_COLUMN, Column, ItemType, columns_to_json
from catalog.data.store import StoredFile

MOST_TEXT = 64
"""Characters kept of the lowest and highest text: enough to prune by, little enough for an index."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Span:
    """What one column holds in one file: missing values, and bounds that no value lies outside of.

    A bound is None where it is not known. Texts have texts; numbers, truths, dates and times (microseconds since
    1970) have numbers, rounded outward.
    """

    column: str
    nulls: int
    low_text: str | None = None
    high_text: str | None = None
    low_number: float | None = None
    high_number: float | None = None


@dataclass(frozen=True, kw_only=True)
class DescribedFile:
    """A stored data file with what the manifest keeps of it; `layout` is the physical type of each column."""

    file: StoredFile
    first_row: int
    last_row: int
    layout: Mapping[str, str]
    spans: tuple[Span, ...]


def describe(path: Path, file: StoredFile, columns: Sequence[Column], limits: Limits = INGEST_LIMITS) -> DescribedFile:
    """Read through a local copy of `file`, whose columns are named by id, for what the manifest keeps."""
    with workbench(path.parent, limits) as connection:
        connection.execute("CREATE TEMP VIEW file AS SELECT * FROM read_parquet(" + _quoted(path) + ")")
        layout = {
            str(name): str(kind)
            for name, kind, *_ in connection.execute("DESCRIBE file").fetchall()
            if name != ROW_COLUMN
        }
        row = identifier(ROW_COLUMN)
        first, last = connection.execute(f"SELECT min({row}), max({row}) FROM file").fetchall()[0]
        spans = _spans(connection, [column for column in columns if column.id in layout], file.rows)
    return DescribedFile(file=file, first_row=first or 0, last_row=last or 0, layout=layout, spans=spans)


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _spans(connection: duckdb.DuckDBPyConnection, columns: Sequence[Column], rows: int) -> tuple[Span, ...]:
    if not columns:
        return ()
    parts = []
    for column in columns:
        value = _measure(column)
        parts.append(f"count({identifier(column.id)}), min({value}), max({value})")
    found = connection.execute(f"SELECT {', '.join(parts)} FROM file").fetchall()[0]
    return tuple(
        _span(column, rows - found[3 * at], found[3 * at + 1], found[3 * at + 2]) for at, column in enumerate(columns)
    )


def _measure(column: Column) -> str:
    """Give the SQL of what is compared: the text itself, or a number that orders as the value does."""
    name = identifier(column.id)
    if column.type.is_text:
        return name
    if column.type.is_time:
        moment = f"TRY_CAST({name} AS TIMESTAMP)"
        return f"CASE WHEN isfinite({moment}) THEN epoch_us({moment}) ELSE 'infinity'::DOUBLE END"
    return f"CAST({name} AS {'INTEGER' if column.type == ItemType.BOOLEAN else 'DOUBLE'})"


def _span(column: Column, nulls: int, low: Any, high: Any) -> Span:
    if low is None:
        return Span(column=column.id, nulls=nulls)
    if column.type.is_text:
        return Span(column=column.id, nulls=nulls, low_text=_low_text(low), high_text=_high_text(high))
    low, high = float(low), float(high)
    if column.type.is_time and math.isinf(high):
        # A moment outside the clock of the engine: its order against others cannot be told.
        return Span(column=column.id, nulls=nulls)
    return Span(
        column=column.id,
        nulls=nulls,
        # The engine sorts what is not a number above all numbers.
        low_number=math.inf if math.isnan(low) else math.nextafter(low, -math.inf),
        high_number=math.inf if math.isnan(high) else math.nextafter(high, math.inf),
    )


def _low_text(value: str) -> str | None:
    return None if "\x00" in value else value[:MOST_TEXT]


def _high_text(value: str) -> str | None:
    # The beginning of a long text lies before it, so it bounds nothing from above.
    return None if "\x00" in value or len(value) > MOST_TEXT else value


def joined_spans(files: Sequence[DescribedFile], ids: Sequence[str]) -> list[Span]:
    """Give for each of the columns the bounds over all files; one file's unknown bound makes it unknown."""
    found = [{span.column: span for span in file.spans} for file in files]
    return [_joined(name, [spans.get(name) for spans in found]) for name in ids]


def _joined(name: str, spans: Sequence[Span | None]) -> Span:
    def over(bound: str, choose: Any) -> Any:
        values = [None if span is None else getattr(span, bound) for span in spans]
        return None if not values or None in values else choose(values)

    return Span(
        column=name,
        nulls=sum(span.nulls for span in spans if span is not None),
        low_text=over("low_text", lambda texts: min(texts, key=str.encode)),
        high_text=over("high_text", lambda texts: max(texts, key=str.encode)),
        low_number=over("low_number", min),
        high_number=over("high_number", max),
    )


def bounds(condition: Condition, column_type: ItemType) -> tuple[str, list[tuple[Any, Any]]] | None:
    """Give what a file must overlap to hold a row for `condition`: "text" or "number", and ranges (low, high).

    An open end is None. Gives None when the condition says nothing about ranges (ne, like, null).
    """
    if condition.op in {"ne", "like", "null"}:
        return None
    texts = condition.value if isinstance(condition.value, tuple) else (str(condition.value),)
    pairs: list[tuple[Any, Any]] = [
        (text, text) if column_type.is_text else _around(text, column_type) for text in texts
    ]
    if condition.op in {"lt", "le"}:
        pairs = [(None, high) for _low, high in pairs]
    if condition.op in {"gt", "ge"}:
        pairs = [(low, None) for low, _high in pairs]
    return ("text" if column_type.is_text else "number"), pairs


def _around(text: str, column_type: ItemType) -> tuple[float, float]:
    if column_type == ItemType.BOOLEAN:
        value = float(text == "true")
    elif column_type.is_time:
        value = (datetime.fromisoformat(text).replace(tzinfo=UTC) - _EPOCH).total_seconds() * 1e6
    else:
        value = float(text)
    return math.nextafter(value, -math.inf), math.nextafter(value, math.inf)


def content_hash(files: Iterable[tuple[str, int]], columns: Sequence[Column]) -> str:
    """Give the SHA-256 of a version: over its files (SHA-256 and rows, in order) and its columns, as canonical JSON."""
    content = {"columns": columns_to_json(columns), "files": [list(file) for file in files]}
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def common_layout(layouts: Iterable[Mapping[str, str]], columns: Sequence[Column]) -> dict[str, str]:
    """Give the physical type in which each column of a version is read, whichever of its files holds it."""
    kinds: dict[str, set[str]] = {}
    for layout in layouts:
        for name, kind in layout.items():
            kinds.setdefault(name, set()).add(kind)
    return {column.id: _common(column, kinds.get(column.id, set())) for column in columns}


def _common(column: Column, kinds: set[str]) -> str:
    if len(kinds) == 1 and (not column.type.is_text or kinds == {"VARCHAR"}):
        kind = next(iter(kinds))
        if column.type.is_decimal == kind.startswith("DECIMAL"):
            return kind
    if column.type.is_decimal:
        return _widest(kinds)
    return _PLAIN_TYPES[column.type]


_PLAIN_TYPES = {
    ItemType.STRING: "VARCHAR",
    ItemType.MEMO: "VARCHAR",
    ItemType.INTEGER: "BIGINT",
    ItemType.DOUBLE: "DOUBLE",
    ItemType.FLOAT: "DOUBLE",
    ItemType.BOOLEAN: "BOOLEAN",
    ItemType.DATE: "DATE",
    ItemType.DATETIME: "TIMESTAMP",
}
_MOST_DIGITS = 38


def _widest(kinds: Iterable[str]) -> str:
    """Give the decimal that holds every value of the given decimals and whole numbers."""
    before, scale = 16, 0
    for kind in kinds:
        width, after = (int(part) for part in kind[8:-1].split(",")) if kind.startswith("DECIMAL") else (19, 0)
        before, scale = max(before, width - after), max(scale, after)
    return f"DECIMAL({min(before + (scale or 2), _MOST_DIGITS)},{scale or 2})"
