"""Building a serving table from Parquet, against COPY of the same rows from a finished CSV into an equal table.

The other side gets for nothing what building has to make: the texts of the values, the rows ready as JSON, and the
row numbers stand in its file already. Both fill a table and index it after. `of_copy_alone` has no index on the
other side.
"""

import statistics
import time
from collections.abc import Callable
from pathlib import Path

from django.db import connection

from catalog.models import ServingTable
from catalog.services import serving
from tests.benchmarks.served.table import ROWS, SYSTEM, Served

ROUNDS = 3
SHARE = 0.60
_BLOCK = 1 << 18


def _build(served: Served) -> float:
    begun = time.perf_counter()
    assert serving.follow_serving(SYSTEM, resource_id=served.resource.pk, anew=True) == "built"
    return time.perf_counter() - begun


def _copy(source: Path, indexes: list[str], like: str) -> tuple[float, float]:
    """Fill a table like `like` from a CSV; give the seconds of the copy and of all with its indexes."""
    begun = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE serving.bare (LIKE {like})")
        with source.open("rb") as file, cursor.copy("COPY serving.bare FROM STDIN (FORMAT csv)") as copy:
            while block := file.read(_BLOCK):
                copy.write(block)
        assert cursor.rowcount == ROWS
        alone = time.perf_counter() - begun
        for index in indexes:
            cursor.execute(index)
        cursor.execute("ANALYZE serving.bare")
        whole = time.perf_counter() - begun
        cursor.execute("DROP TABLE serving.bare")
    return alone, whole


def test_build_against_copy(served: Served, tmp_path: Path, note: Callable[..., None]) -> None:
    """A table is built at its share of the rate of COPY into an equal table."""
    table, source = f"serving.{ServingTable.objects.get().name}", tmp_path / "rows.csv"
    with connection.cursor() as cursor:
        with source.open("wb") as file, cursor.copy(f"COPY {table} TO STDOUT (FORMAT csv)") as copy:
            file.writelines(copy)
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE schemaname = 'serving' AND tablename = %s", [table[8:]])
        listed = [row[0] for row in cursor.fetchall()]
    indexes = [
        f"{definition.partition(' INDEX ')[0]} INDEX ON serving.bare {definition.partition(table)[2]}"
        for definition in listed
    ]
    built, alone, whole = [], [], []
    for turn in range(ROUNDS + 1):
        seconds, bare = _build(served), _copy(source, indexes, f"serving.{ServingTable.objects.get().name}")
        if turn:  # the first round warms
            built.append(seconds)
            alone.append(bare[0])
            whole.append(bare[1])
    seconds = statistics.median(built)
    share = statistics.median(whole) / seconds
    note(
        rows_per_second=ROWS / seconds,
        of_copy_with_indexes=share,
        of_copy_alone=statistics.median(alone) / seconds,
        indexes=len(indexes),
    )
    assert share >= SHARE
