"""DuckDB on Parquet: a fresh connection for each query, locked to the files of its plan."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import duckdb
import pyarrow as pa

from catalog.data.duck import Limits, attach_buckets, lock_down, time_limit
from catalog.data.engines.base import PageRows, Query
from catalog.data.engines.dialects import DUCKDB
from catalog.data.engines.sql import Kind, Source, Statement, statement
from catalog.data.engines.texts import texts_of
from catalog.data.errors import DamagedFile, EngineLimit, PlanInvalid
from catalog.data.rows import rows_sql

STREAM_ROWS = 10_000


class DuckDBEngine:
    """The default engine. `limits` hold for a page or a count, `stream_limits` for a whole delivery."""

    def __init__(self, limits: Limits | None = None, stream_limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self.stream_limits = stream_limits or replace(self.limits, seconds=3600.0)

    def page(self, query: Query) -> PageRows:
        """Read one page and find out whether another follows."""
        limit = query.plan.limit
        if limit is None:
            raise PlanInvalid("limit", "limit_missing")
        rows = self._fetch(query, statement(query, Kind.PAGE, DUCKDB, _source(query)))
        width = len(query.fields)
        next_key = tuple(rows[limit - 1][width:]) if len(rows) > limit else None
        return PageRows([row[:width] for row in rows[:limit]], next_key)

    def count(self, query: Query) -> int:
        """Count the rows under all conditions."""
        return int(self._fetch(query, statement(query, Kind.COUNT, DUCKDB, _source(query)))[0][0])

    def batches(self, query: Query) -> Iterator[pa.RecordBatch]:
        """Stream typed rows."""
        yield from self._stream(query, statement(query, Kind.STREAM, DUCKDB, _source(query)))

    def texts(self, query: Query) -> Iterator[pa.RecordBatch]:
        """Stream rows as texts: ISO dates, plain numbers, true and false."""
        yield from map(texts_of, self._stream(query, statement(query, Kind.TEXTS, DUCKDB, _source(query))))

    def _fetch(self, query: Query, statement: Statement) -> list[tuple[Any, ...]]:
        with _connection(query, self.limits) as connection, time_limit(connection, self.limits.seconds):
            return connection.execute(statement.sql, statement.params).fetchall()

    def _stream(self, query: Query, statement: Statement) -> Iterator[pa.RecordBatch]:
        limits = self.stream_limits
        with _connection(query, limits) as connection, time_limit(connection, limits.seconds):
            reader = connection.execute(statement.sql, statement.params).to_arrow_reader(STREAM_ROWS)
            try:
                yield from reader
            except (pa.ArrowException, OSError) as error:
                # Once streaming, DuckDB's own errors arrive wrapped by Arrow.
                raise EngineLimit("engine_stream") from error


def _source(query: Query) -> Source:
    """Read the files in the order of the version, which is that of the row number."""
    addresses: list[Any] = []
    sql = rows_sql(query.files, query.needed, query.types, addresses)
    return Source(sql, is_ordered=True, binds_files=bool(addresses))


@contextmanager
def _connection(query: Query, limits: Limits) -> Iterator[duckdb.DuckDBPyConnection]:
    with tempfile.TemporaryDirectory(prefix="songhua-query-") as spill:
        connection = duckdb.connect(
            ":memory:",
            config={
                "memory_limit": limits.memory,
                "threads": limits.threads,
                "temp_directory": spill,
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
            },
        )
        try:
            # A bar of characters belongs in no log.
            connection.execute("SET enable_progress_bar = false")
            attach_buckets(connection, query.files)
            lock_down(connection, [location.address for location in query.files])
            yield connection
        except (duckdb.IOException, duckdb.PermissionException) as error:
            raise DamagedFile("file_unreadable") from error
        finally:
            connection.close()
