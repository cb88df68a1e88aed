"""Stopping work from outside at any stage: queries that run are interrupted, loops ask between batches."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol

from catalog.data.errors import IngestCancelled


class Interruptible(Protocol):
    """A connection whose running query another thread can break off."""

    def interrupt(self) -> None: ...


class Stopper:
    """Tells one piece of work to stop, from another thread; telling again reaches a query begun meanwhile."""

    def __init__(self) -> None:
        self._told = threading.Event()
        self._lock = threading.Lock()
        self._connections: list[Interruptible] = []

    @property
    def told(self) -> bool:
        """Whether the work was told to stop."""
        return self._told.is_set()

    def stop(self) -> None:
        """Tell the work to stop and break off what its connections are doing."""
        self._told.set()
        with self._lock:
            for connection in self._connections:
                connection.interrupt()

    def check(self) -> None:
        """Raise IngestCancelled once told."""
        if self.told:
            raise IngestCancelled("canceled")

    @contextmanager
    def watching(self, connection: Interruptible) -> Iterator[None]:
        """Break `connection` off too, as long as it is open."""
        with self._lock:
            self._connections.append(connection)
        try:
            yield
        finally:
            with self._lock:
                self._connections.remove(connection)


_CURRENT: ContextVar[Stopper | None] = ContextVar("stopper", default=None)


def current_stopper() -> Stopper | None:
    """Give what stops the work of this thread, if anything can."""
    return _CURRENT.get()


@contextmanager
def stoppable() -> Iterator[Stopper]:
    """Let everything within be stopped by the Stopper that is given."""
    stopper = Stopper()
    token = _CURRENT.set(stopper)
    try:
        yield stopper
    finally:
        _CURRENT.reset(token)
