"""The SQL of PostgreSQL's dialect over a table of the hostile rows, without all that a serving table brings besides."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa
from django.db import connection

from catalog.data.engines import PageRows, Query
from catalog.data.engines.dialects import POSTGRES
from catalog.data.engines.sql import Kind, Source, statement
from catalog.data.engines.texts import texts_of
from catalog.data.schema import ROW_COLUMN, Column

_TYPES = {"VARCHAR": "text", "DOUBLE": "double precision"}
_ARROW = {"I": pa.int64(), "B": pa.float64(), "D": pa.date32(), "T": pa.timestamp("us"), "L": pa.bool_()}
NAME = '"parity"'


class TableEngine:
    """Fills a temporary table once, then answers from it."""

    def __init__(self, columns: Sequence[Column], types: Mapping[str, str], rows: Sequence[Mapping[str, Any]]) -> None:
        listed = ", ".join(f"{column.id} {_TYPES.get(types[column.id], types[column.id])}" for column in columns)
        marks = ", ".join(["%s"] * (len(columns) + 1))
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {NAME}")
            cursor.execute(f"CREATE TEMP TABLE {NAME} ({ROW_COLUMN} bigint, {listed}) ON COMMIT DROP")
            cursor.executemany(
                f"INSERT INTO {NAME} VALUES ({marks})",
                [[place + 2, *(row[column.name] for column in columns)] for place, row in enumerate(rows)],
            )

    def page(self, query: Query) -> PageRows:
        rows, width, limit = self._fetch(query, Kind.PAGE), len(query.fields), query.plan.limit or 0
        next_key = rows[limit - 1][width:] if len(rows) > limit else None
        return PageRows([row[:width] for row in rows[:limit]], next_key)

    def count(self, query: Query) -> int:
        return int(self._fetch(query, Kind.COUNT)[0][0])

    def batches(self, query: Query) -> Iterator[pa.RecordBatch]:
        rows = self._fetch(query, Kind.STREAM)
        arrays = [
            pa.array(
                [row[place] for row in rows],
                _ARROW.get(field.type.value, None if field.type.is_number else pa.string()),
            )
            for place, field in enumerate(query.fields)
        ]
        yield pa.RecordBatch.from_arrays(arrays, names=[field.name for field in query.fields])

    def texts(self, query: Query) -> Iterator[pa.RecordBatch]:
        yield from map(texts_of, self.batches(query))

    def _fetch(self, query: Query, kind: Kind) -> list[tuple[Any, ...]]:
        asked = statement(query, kind, POSTGRES, Source(NAME))
        with connection.cursor() as cursor:
            cursor.execute(asked.sql, asked.params)
            return [tuple(row) for row in cursor.fetchall()]
