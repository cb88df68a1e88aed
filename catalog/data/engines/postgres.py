"""PostgreSQL over a serving table: pages and counts by index, lines in stretches; typed rows come from the files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import psycopg
import pyarrow as pa
from psycopg import errors

from catalog.data.engines.ahead import ahead
from catalog.data.engines.base import Engine, PageRows, Query
from catalog.data.engines.dialects import POSTGRES
from catalog.data.engines.pages import BETWEEN, Telling, page_sql, telling_sql
from catalog.data.engines.quick import QuickConnection, can_be_quick
from catalog.data.engines.readers import Readers
from catalog.data.engines.ready import ready_name
from catalog.data.engines.sql import PIECES, Kind, Source, Written, statement, written
from catalog.data.engines.stretches import Piece, stretches
from catalog.data.errors import EngineLimit, PlanInvalid, ServingGone
from catalog.data.schema import ROW_COLUMN
from portal.kernel.proof import Proof, ProofFailed

_LIKE = " LIKE "


@dataclass(frozen=True, kw_only=True)
class ServedTable:
    """A serving table: its name with its schema, its columns that hold rows ready as JSON, and the ids of plain columns
    (`catalog.data.engines.alike`).
    """

    name: str
    ready: frozenset[str] = frozenset()
    plain: frozenset[str] = frozenset()


@dataclass(frozen=True)
class JsonRows:
    """One page: its rows as JSON objects with `BETWEEN` between them, how many they are, and the key after which the
    next page starts (None: no more rows). `is_told` says that what was to be written of it is committed.
    """

    text: str
    count: int
    next_key: tuple[Any, ...] | None
    is_told: bool = False

    @property
    def rows(self) -> list[str]:
        """The rows one by one."""
        return self.text.split(BETWEEN) if self.count else []


class PostgresEngine:
    """Answers pages, counts and lines from one serving table, and streams typed rows from `files`."""

    def __init__(self, table: ServedTable, readers: Readers, files: Engine) -> None:
        self.table = table
        self.readers = readers
        self.files = files

    def page(self, query: Query) -> PageRows:
        """Read one page and find out whether another follows. Raises EngineLimit, ServingGone."""
        limit, width = query.plan.limit, len(query.fields)
        if limit is None:
            raise PlanInvalid("limit", "limit_missing")
        rows = self._fetch(query, Kind.PAGE)
        next_key = tuple(rows[limit - 1][width:]) if len(rows) > limit else None
        return PageRows([row[:width] for row in rows[:limit]], next_key)

    def json_page(
        self, query: Query, proofs: Sequence[Proof] = (), known: Written | None = None, telling: Telling | None = None
    ) -> JsonRows:
        """Read one page as JSON objects, ready ones where the table holds them; `known` is what `json_sql` gave.

        `proofs` are asked in the same statement, so that they and the rows stand in one snapshot; where they hold, it
        also writes what is `telling` of the page, and is committed when this returns.
        Raises EngineLimit, ServingGone, and ProofFailed where an answer is not the one that was expected.
        """
        plan, inner = query.plan, known or self.json_sql(query)
        limit = plan.limit
        if limit is None:
            raise PlanInvalid("limit", "limit_missing")
        asked = tuple(proof.sql for proof in proofs)
        params = [value for proof in proofs for value in proof.params]
        params += [limit] * (len(plan.order) + 1) + inner.params(query)
        if telling is None:
            sql = page_sql(inner.sql, len(plan.order), asked)
        else:
            sql = telling_sql(inner.sql, len(plan.order), asked, telling.deed.sql)
            params += [*telling.figures(plan), *(proof.answer for proof in proofs), *telling.deed.params]
        is_told, *found = self.ask(sql, params, writes=telling is not None, is_quick=True)[0]
        if any(answer != proof.answer for answer, proof in zip(found, proofs, strict=False)):
            raise ProofFailed
        count, text, *key = found[len(proofs) :]
        if count <= limit:
            return JsonRows(text or "", count, None, is_told)
        # One row more than was asked for says that more follow.
        return JsonRows(text[: text.rindex(BETWEEN)], limit, tuple(key), is_told)

    def json_sql(self, query: Query) -> Written:
        """Write what `json_page` asks for queries of this shape."""
        return written(query, Kind.JSON, POSTGRES, self._source(query, Kind.JSON))

    def count(self, query: Query) -> int:
        """Count the rows under all conditions. Raises EngineLimit, ServingGone."""
        return int(self._fetch(query, Kind.COUNT)[0][0])

    def pieces(self, query: Query, kind: Kind) -> Iterator[Piece]:
        """Give the rows of a query that can be stretched as lines of CSV, TSV or JSON, the next while one is sent.

        Each piece is a short statement of its own: a reader who is slow holds no connection, snapshot or lock.
        Raises EngineLimit, ServingGone.
        """
        asked = written(query, kind, POSTGRES, self._source(query, kind))
        yield from ahead(stretches(self, query, asked, self._span(), partial(self._row_at, query)))

    def _span(self) -> tuple[int, int] | None:
        name = POSTGRES.quote(ROW_COLUMN)
        first, last = self.ask(f"SELECT min({name}), max({name}) FROM {self.table.name}", [])[0]
        return None if first is None else (first, last)

    def _row_at(self, query: Query, offset: int) -> int | None:
        plan = replace(query.plan, offset=offset, limit=1)
        found = self._fetch(replace(query, plan=plan), Kind.PAGE)
        return int(found[0][-1]) if found else None

    def batches(self, query: Query) -> Iterator[pa.RecordBatch]:
        """Stream typed rows from the files."""
        yield from self.files.batches(query)

    def texts(self, query: Query) -> Iterator[pa.RecordBatch]:
        """Stream rows as texts from the files."""
        yield from self.files.texts(query)

    def _source(self, query: Query, kind: Kind) -> Source:
        is_json = kind in {Kind.JSON, Kind.LINES} and query.plan.count is None
        ready = ready_name(query.plan.delivered) if is_json else ""
        return Source(
            self.table.name,
            row_json=ready if ready in self.table.ready else "",
            plain=self.table.plain if kind in PIECES else frozenset(),
        )

    def _fetch(self, query: Query, kind: Kind) -> list[tuple[Any, ...]]:
        asked = statement(query, kind, POSTGRES, self._source(query, kind))
        return self.ask(asked.sql, asked.params)

    def ask(
        self, sql: str, params: list[Any], *, binary: bool = False, writes: bool = False, is_quick: bool = False
    ) -> list[tuple[Any, ...]]:
        """Carry out a statement; a connection only reads unless it `writes`. Raises EngineLimit, ServingGone.

        `is_quick` says that it is short and that the type of each value is plain from what stands around it.
        """
        run = partial(_fetched_quick if is_quick else _fetched, sql=sql, params=params, binary=binary)
        try:
            return self._run(run, writes=writes)
        except errors.QueryCanceled as error:
            raise EngineLimit("engine_time", seconds=self.readers.limits.seconds) from error
        except (
            errors.OutOfMemory,
            errors.DiskFull,
            errors.ConfigurationLimitExceeded,
            errors.ProgramLimitExceeded,
        ) as error:
            raise EngineLimit("engine_memory") from error
        except (errors.UndefinedTable, errors.UndefinedColumn, psycopg.OperationalError) as error:
            raise ServingGone("serving_gone") from error

    def _run(self, run: Callable[[QuickConnection], list[tuple[Any, ...]]], *, writes: bool) -> list[tuple[Any, ...]]:
        try:
            with self.readers.lend(writes=writes) as connection:
                return run(connection)
        except errors.QueryCanceled:
            raise
        except psycopg.OperationalError:
            # A server that started anew broke what was idle: a new connection tells that from one that is away. Should
            # it have written before it broke, the page is told of twice: better than not at all.
            with self.readers.lend(fresh=True, writes=writes) as connection:
                return run(connection)


def _fetched(connection: QuickConnection, sql: str, params: list[Any], *, binary: bool) -> list[tuple[Any, ...]]:
    # How many rows hold a piece of text hangs on the piece, so that each has a plan of its own: in a plan for all
    # pieces PostgreSQL expects so many rows that it would walk through the table.
    prepare = False if _LIKE in sql else None
    return connection.execute(sql, params, binary=binary, prepare=prepare).fetchall()


def _fetched_quick(connection: QuickConnection, sql: str, params: list[Any], *, binary: bool) -> list[tuple[Any, ...]]:
    if binary or _LIKE in sql or not can_be_quick(params):
        return _fetched(connection, sql, params, binary=binary)
    return connection.fetch_quick(sql, params)
