"""Counts gathered in one process and written together: nobody who is counted waits for the disk."""

import logging
import threading
from collections import Counter
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from django.db import DatabaseError, connection

_log = logging.getLogger(__name__)
K = TypeVar("K", bound=Hashable)


class Tally(Generic[K]):
    """Counts on their way; while there are any, a thread waits to write them.

    `write` adds a number to one count in the database; what it could not write is kept for the next time. Whoever
    makes a tally sees to it that the last counts are written when Python ends the process.
    """

    def __init__(self, name: str, write: Callable[[K, int], None]) -> None:
        self._name = name
        self._write = write
        self._counts: Counter[K] = Counter()
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None

    def add(self, what: K, seconds: float) -> None:
        """Count one, which is written within so many seconds."""
        with self._lock:
            self._counts[what] += 1
            if self._timer is None:
                self._timer = threading.Timer(seconds, self._write_apart)
                self._timer.daemon = True
                self._timer.start()

    def write(self) -> None:
        """Write all that was gathered. Raises DatabaseError; what was not written then is kept."""
        with self._lock:
            counts, self._counts, self._timer = self._counts, Counter(), None
        for place, (what, times) in enumerate(counts.items()):
            try:
                self._write(what, times)
            except DatabaseError:
                with self._lock:
                    self._counts.update(dict(list(counts.items())[place:]))
                raise

    def _write_apart(self) -> None:
        """Write in a thread of its own, by a connection that ends with it."""
        try:
            self.write()
        except DatabaseError:
            # They are kept and written with the next ones.
            _log.warning("counts of %s could not be written", self._name, exc_info=True)
        finally:
            connection.close()
