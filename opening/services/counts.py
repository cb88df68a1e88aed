"""Counts the use of open editions by day: how often, never by whom."""

from django.db import connection
from django.utils import timezone

from opening.models import Publication


def count_use(publication: Publication, kind: str, *, times: int = 1) -> None:
    """Add to today's count of ``view``, ``download`` or ``call`` (1 query, no lock held beyond it).

    Nobody waits for the disk: a crash of the database may lose the counts of its last second, and nothing else.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into opening_editioncount (publication_id, day, kind, count) "
            "select %s::uuid, %s::date, %s, %s from set_config('synchronous_commit', 'off', true) "
            "on conflict (publication_id, day, kind) do update set count = opening_editioncount.count + excluded.count",
            [publication.pk, timezone.localdate(), kind, times],
        )
