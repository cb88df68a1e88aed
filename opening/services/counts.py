"""Counts the use of open editions by day: how often, never by whom."""

import atexit
from datetime import date
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils import timezone

from opening.models import Publication
from portal.web.tally import Tally


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


_tally: Tally[tuple[UUID, date, str]] = Tally("editions", lambda what, times: _write(*what, times))
atexit.register(write_gathered)
