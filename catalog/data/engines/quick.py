"""Short statements run as prepared ones of libpq, without the cursor that psycopg makes for each of them."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import psycopg
from psycopg.adapt import Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus
from psycopg.pq.abc import PGconn

_MOST = 100
_MARK = re.compile("%[%s]")
_PLAIN = frozenset({str, int, type(None)})
_DONE = frozenset({ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK})


def can_be_quick(params: Sequence[Any]) -> bool:
    """Say whether all values are written alike everywhere; what needs more goes by a cursor."""
    return _PLAIN.issuperset(map(type, params))


class QuickConnection(psycopg.Connection[Any]):
    """A connection that keeps the statements asked last prepared, and runs them by one call of libpq.

    Making a cursor, choosing how each value is written and waiting for the answer step by step cost more than a short
    statement itself. It must commit each statement by itself, and belong to one thread while it is used.
    """

    def __init__(self, pgconn: PGconn, **how: Any) -> None:
        super().__init__(pgconn, **how)
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._made = 0

    def fetch_quick(self, sql: str, params: Sequence[str | int | None]) -> list[tuple[Any, ...]]:
        """Run a statement whose values PostgreSQL reads by what stands around them. Raises what psycopg raises."""
        name = self._kept.get(sql)
        if name is None:
            name = self._keep(sql)
        else:
            self._kept.move_to_end(sql)
        bound = [None if value is None else str(value).encode() for value in params]
        if b"\0" in b"".join(filter(None, bound)):
            # libpq would end the text there.
            message = "PostgreSQL text holds no null character"
            raise psycopg.DataError(message)
        result = self._checked(self.pgconn.exec_prepared(name, bound))  # type: ignore[arg-type]  # the stubs forget null
        reading = Transformer(self)
        reading.set_pgresult(result)
        return reading.load_rows(0, result.ntuples, tuple)

    def _keep(self, sql: str) -> bytes:
        if len(self._kept) >= _MOST:
            _sql, oldest = self._kept.popitem(last=False)
            self._checked(self.pgconn.exec_(b"DEALLOCATE " + oldest))
        self._made += 1
        name = f"quick_{self._made}".encode()
        self._checked(self.pgconn.prepare(name, numbered(sql).encode()))
        self._kept[sql] = name
        return name

    def _checked(self, result: Any) -> Any:
        if result.status in _DONE:
            return result
        if self.pgconn.status != ConnStatus.OK:
            raise psycopg.OperationalError(self.pgconn.get_error_message())
        raise error_from_result(result, encoding="utf-8")


@lru_cache(maxsize=500)
def numbered(sql: str) -> str:
    """Write a statement with the places of its values numbered, as PostgreSQL has them."""
    places = iter(range(1, sql.count("%") + 1))
    return _MARK.sub(lambda mark: f"${next(places)}" if mark[0] == "%s" else "%", sql)
