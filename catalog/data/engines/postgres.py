"""PostgreSQL over a serving table: pages and counts by index; whole deliveries stay with the engine of the files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pyarrow as pa
from psycopg import errors

from catalog.data.engines.base import Engine, PageRows, Query
from catalog.data.engines.dialects import POSTGRES
from catalog.data.engines.readers import Readers
from catalog.data.engines.ready import ready_name
from catalog.data.engines.sql import Kind, Source, statement
from catalog.data.errors import EngineLimit, PlanInvalid, ServingGone


@dataclass(frozen=True, kw_only=True)
class ServedTable:
    """A serving table: its name with its schema, and its columns that hold rows ready as JSON."""

    name: str
    ready: frozenset[str] = frozenset()


@dataclass(frozen=True)
class JsonRows:
    """One page: rows as JSON objects, and the key after which the next page starts (None: no more rows)."""

    rows: list[str]
    next_key: tuple[Any, ...] | None


class PostgresEngine:
    """Answers pages and counts from one serving table, and streams from `files`."""

    def __init__(self, table: ServedTable, readers: Readers, files: Engine) -> None:
        self.table = table
        self.readers = readers
        self.files = files

    def page(self, query: Query) -> PageRows:
        """Read one page and find out whether another follows. Raises EngineLimit, ServingGone."""
        rows, next_key = self._page(query, Kind.PAGE, len(query.fields))
        return PageRows([row[: len(query.fields)] for row in rows], next_key)

    def json_page(self, query: Query) -> JsonRows:
        """Read one page as JSON objects, ready ones where the table holds them. Raises EngineLimit, ServingGone."""
        rows, next_key = self._page(query, Kind.JSON, 1)
        return JsonRows([row[0] for row in rows], next_key)

    def count(self, query: Query) -> int:
        """Count the rows under all conditions. Raises EngineLimit, ServingGone."""
        return int(self._fetch(query, Kind.COUNT)[0][0])

    def batches(self, query: Query) -> Iterator[pa.RecordBatch]:
        """Stream typed rows from the files."""
        yield from self.files.batches(query)

    def texts(self, query: Query) -> Iterator[pa.RecordBatch]:
        """Stream rows as texts from the files."""
        yield from self.files.texts(query)

    def _page(self, query: Query, kind: Kind, width: int) -> tuple[list[tuple[Any, ...]], tuple[Any, ...] | None]:
        limit = query.plan.limit
        if limit is None:
            raise PlanInvalid("limit", "limit_missing")
        rows = self._fetch(query, kind)
        return rows[:limit], tuple(rows[limit - 1][width:]) if len(rows) > limit else None

    def _source(self, query: Query, kind: Kind) -> Source:
        ready = ready_name(query.plan.delivered) if kind is Kind.JSON and query.plan.count is None else ""
        return Source(self.table.name, row_json=ready if ready in self.table.ready else "")

    def _fetch(self, query: Query, kind: Kind) -> list[tuple[Any, ...]]:
        written = statement(query, kind, POSTGRES, self._source(query, kind))
        try:
            return self._run(written.sql, written.params)
        except errors.QueryCanceled as error:
            raise EngineLimit("engine_time", seconds=self.readers.limits.seconds) from error
        except (errors.OutOfMemory, errors.DiskFull, errors.ConfigurationLimitExceeded) as error:
            raise EngineLimit("engine_memory") from error
        except (errors.UndefinedTable, errors.UndefinedColumn, psycopg.OperationalError) as error:
            raise ServingGone("serving_gone") from error

    def _run(self, sql: str, params: list[Any]) -> list[tuple[Any, ...]]:
        try:
            return self._ask(sql, params, fresh=False)
        except errors.QueryCanceled:
            raise
        except psycopg.OperationalError:
            # A server that started anew broke what was idle: a new connection tells that from one that is away.
            return self._ask(sql, params, fresh=True)

    def _ask(self, sql: str, params: list[Any], *, fresh: bool) -> list[tuple[Any, ...]]:
        with self.readers.lend(fresh=fresh) as connection:
            return connection.execute(sql, params).fetchall()
