"""Numbers of files, such as GX-2026-00001: without gaps within a year, never given twice."""

from django.db import connection
from django.utils import timezone


def next_number(prefix: str) -> str:
    """Return the next number of this year's series of ``prefix``. Locks the counter row until the commit."""
    series = f"{prefix}-{timezone.localdate().year}"
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into workflow_counter (series, value) values (%s, 1) "
            "on conflict (series) do update set value = workflow_counter.value + 1 returning value",
            [series],
        )
        (value,) = cursor.fetchone()
    return f"{series}-{value:05d}"
