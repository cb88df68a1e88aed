"""Connections to the database of the serving tables: kept open, with their limits set once; most of them only read."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg

from catalog.data.engines.quick import QuickConnection


@dataclass(frozen=True, kw_only=True)
class ReadLimits:
    """What one query may use: seconds, and memory of one sort or hash in PostgreSQL's notation."""

    seconds: float = 30.0
    memory: str = "32MB"


class Readers:
    """Lends connections. `address` gives the words of libpq when a connection is made, not before.

    They only read, but for those that are asked for to write what is read into the record; these are kept apart.
    """

    def __init__(
        self, address: Callable[[], Mapping[str, Any]], limits: ReadLimits | None = None, idle: int = 8
    ) -> None:
        self.limits = limits or ReadLimits()
        self._address = address
        self._most = idle
        self._idle: dict[bool, list[QuickConnection]] = {False: [], True: []}
        self._lock = threading.Lock()
        self._process = os.getpid()

    @contextmanager
    def lend(self, *, fresh: bool = False, writes: bool = False) -> Iterator[QuickConnection]:
        """Lend a connection; one that broke, or whose query was broken off, is not lent again."""
        connection = (None if fresh else self._take(writes=writes)) or self._connect(writes=writes)
        try:
            yield connection
        except psycopg.ProgrammingError:
            self._give_back(connection, writes=writes)
            raise
        except BaseException:
            connection.close()
            raise
        self._give_back(connection, writes=writes)

    def close(self) -> None:
        """Close what is idle."""
        with self._lock:
            idle, self._idle = self._idle, {False: [], True: []}
        for connection in (*idle[False], *idle[True]):
            connection.close()

    def _take(self, *, writes: bool) -> QuickConnection | None:
        with self._lock:
            if self._process != os.getpid():
                # A process born of this one must leave its parent's connections alone.
                self._process, self._idle = os.getpid(), {False: [], True: []}
            return self._idle[writes].pop() if self._idle[writes] else None

    def _give_back(self, connection: QuickConnection, *, writes: bool) -> None:
        with self._lock:
            if len(self._idle[writes]) < self._most and not connection.closed:
                self._idle[writes].append(connection)
                return
        connection.close()

    def _connect(self, *, writes: bool) -> QuickConnection:
        limits = {
            "statement_timeout": str(int(self.limits.seconds * 1000)),
            "work_mem": self.limits.memory,
            "default_transaction_read_only": "off" if writes else "on",
            "jit": "off",
            "max_parallel_workers_per_gather": "0",
        }
        connection = QuickConnection.connect(
            **self._address(), options=" ".join(f"-c {name}={value}" for name, value in limits.items()), autocommit=True
        )
        connection.prepare_threshold = 1
        return connection
