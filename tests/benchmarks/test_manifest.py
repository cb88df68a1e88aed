"""6.26 billion rows in the manifest: one row by the sorted key, against the same question of one file of 5 million.

The version names 1,252 files of 5 million rows. Four of them are real and different: they stand at the places of
``REAL`` and hold the keys of their place. The others are hard links to the first of the four under names of their own;
the manifest says of each the range of keys and of row numbers that its place would have, which its content, being that
of the first, does not hold. So every lookup asks for a key that one of the four truly holds, among 1,252 ranges, and
gets the true row; no question is asked whose answer would lie in a link. What it measures: the choice of the file from
the manifest in PostgreSQL, and the gate and DuckDB on the file that is left. What it does not: files that differ on
disk (the four are in the page cache), keys that are not sorted, and an object store.
"""

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import LazySettings

from catalog.gate import preview_warrant, read_query, release
from catalog.models import Resource, Version
from catalog.selectors.manifest import locations, version_files
from portal.kernel.actors import Actor
from portal.settings.environment import storage_settings
from tests.cast import Cast
from tests.catalog.gate.test_many_files import FILES, version_of, version_of_many
from tests.factories.catalog import ITEMS, resource_in

ROWS = 5_000_000
REAL = (0, 417, 834, 1_251)
LOOKUPS = 100
TIMES = 3.0
GROWTH_MIB = 30.0
CODE, NAME, CONTACT = ITEMS


@pytest.fixture
def resource(cast: Cast) -> Resource:
    return resource_in(cast, "published", items=(CODE | {"length": 12}, NAME, CONTACT))


def look_up(actor: Actor, version: Version, number: int) -> float:
    """Ask the gate for the row of a key; give the seconds."""
    begin = time.perf_counter()
    page = release(actor, preview_warrant(version), read_query({"filter": f"code:eq:{number:012d}"})).page()
    seconds = time.perf_counter() - begin
    at = number % ROWS
    assert page.rows == [{"code": f"{number:012d}", "name": f"街道{at % 97}", "contact": f"张{at % 89}"}]
    assert page.total == 1
    return seconds


def resident_mebibytes() -> float:
    """Read how much memory this process holds now."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS:")).split()[1]) / 1024


@pytest.mark.django_db
def test_lookup_among_six_billion_rows(
    cast: Cast, resource: Resource, settings: LazySettings, tmp_path: Path, note: Callable[..., None]
) -> None:
    """The time of a lookup stays within three times that in one file, and memory where it was; the count is known."""
    settings.STORAGES = {**settings.STORAGES, "default": storage_settings(f"file://{tmp_path}/store")}
    steward = cast.actor("steward")
    begin = time.perf_counter()
    many = version_of_many(resource, cast.user("steward").pk, tmp_path, REAL, ROWS)
    made = time.perf_counter() - begin
    files = list(version_files(many))
    assert (len(files), many.row_count) == (FILES, 6_260_000_000)
    ones = {place: version_of(resource, cast.user("steward").pk, [files[place]]) for place in REAL}
    asked = [(place, place * ROWS + number * 7_919_999 % ROWS) for number in range(LOOKUPS) for place in REAL]
    for place, number in asked[: 2 * len(REAL)]:
        look_up(steward, ones[place], number)
        look_up(steward, many, number)
    before = resident_mebibytes()
    times: dict[str, list[float]] = {"one": [], "many": []}
    for place, number in asked[:LOOKUPS]:
        times["one"].append(look_up(steward, ones[place], number))
        times["many"].append(look_up(steward, many, number))
    growth = resident_mebibytes() - before
    begin = time.perf_counter()
    assert release(steward, preview_warrant(many)).total == 6_260_000_000
    counted = time.perf_counter() - begin
    begin = time.perf_counter()
    assert len(locations(many)) == FILES
    listed = time.perf_counter() - begin
    one, among = (statistics.median(times[name]) for name in ("one", "many"))
    note(
        seconds=among,
        limit=TIMES * one,
        one_file_ms=one * 1000,
        many_files_ms=among * 1000,
        slowest_ms=max(times["many"]) * 1000,
        ratio=among / one,
        resident_mib=before,
        growth_mib=growth,
        count_ms=counted * 1000,
        all_files_ms=listed * 1000,
        made_seconds=made,
    )
    assert growth < GROWTH_MIB
    assert among <= TIMES * one
