"""Counts the use of open editions by day: how often, never by whom."""

import atexit
import logging
import threading
from collections import Counter
from datetime import date
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from opening.models import Publication

_log = logging.getLogger(__name__)


def count_use(publication: Publication, kind: str, *, times: int = 1) -> None:
    """Add to today's count of ``view``, ``download`` or ``call`` (1 query, no lock held beyond it).

    Nobody waits for the disk: a crash of the database may lose the counts of its last second, and nothing else.
    """
    _write(publication.pk, timezone.localdate(), kind, times)


def count_soon(publication: Publication, kind: str) -> None:
    """Add to today's count within ``EDITION_COUNT_SECONDS`` (no query): for calls, of which there are thousands.

    Gathered in this process and written together. A process that Python ends writes them; granian ends its workers
    otherwise, so that a restart may lose those of that time, as a kill may. Written at once where the setting is 0.
    """
    seconds = settings.EDITION_COUNT_SECONDS
    if seconds:
        _tally.add((publication.pk, timezone.localdate(), kind), seconds)
    else:
        count_use(publication, kind)


def write_gathered() -> None:
    """Write what `count_soon` has gathered in this process."""
    _tally.write()


def _write(publication: UUID, day: date, kind: str, times: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into opening_editioncount (publication_id, day, kind, count) "
            "select %s::uuid, %s::date, %s, %s from set_config('synchronous_commit', 'off', true) "
            "on conflict (publication_id, day, kind) do update set count = opening_editioncount.count + excluded.count",
            [publication, day, kind, times],
        )


class _Tally:
    """Counts on their way; while there are any, a thread waits to write them."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[UUID, date, str]] = Counter()
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None

    def add(self, what: tuple[UUID, date, str], seconds: float) -> None:
        with self._lock:
            self._counts[what] += 1
            if self._timer is None:
                self._timer = threading.Timer(seconds, self._write_apart)
                self._timer.daemon = True
                self._timer.start()

    def write(self) -> None:
        with self._lock:
            counts, self._counts, self._timer = self._counts, Counter(), None
        for place, (what, times) in enumerate(counts.items()):
            try:
                _write(*what, times)
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
            _log.warning("counts of editions could not be written", exc_info=True)
        finally:
            connection.close()


_tally = _Tally()
atexit.register(write_gathered)
