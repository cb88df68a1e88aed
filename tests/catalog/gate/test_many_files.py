"""A version of very many files: a question reads the one that holds the answer, and the count reads none."""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from django.conf import LazySettings
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.data.manifest import DescribedFile, Span
from catalog.data.plan import Condition
from catalog.data.plan.cursor import write_cursor
from catalog.data.store import version_name
from catalog.gate import preview_warrant, read_query, release
from catalog.models import DataFile, Resource, Version
from catalog.selectors.manifest import locations, version_files
from catalog.services.manifest import Origin, commit_version, describe_part, store_part
from catalog.services.versions import item_columns
from portal.kernel.actors import system_actor
from portal.settings.environment import storage_settings
from tests.cast import Cast
from tests.factories.catalog import ITEMS, resource_in

pytestmark = pytest.mark.django_db
MACHINE = system_actor("test")
FILES = 1_252
ROWS = 100
ROWS_OF_ALL = FILES * ROWS


def real_file(resource: Resource, folder: Path, place: int, rows: int) -> DescribedFile:
    """Write, describe and store the file that stands at this place among files of so many rows, sorted by code."""
    path = folder / f"{place}.parquet"
    first = place * rows
    with duckdb.connect(config={"threads": 1}) as writer:
        writer.execute(
            f"COPY (SELECT {first} + i + 1 AS __row, printf('%012d', {first} + i) AS c1, "
            f"'街道' || (i % 97) AS c2, '张' || (i % 89) AS c3 FROM range({rows}) AS t(i)) TO '{path}' "
            "(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)"
        )
    described = describe_part(path, item_columns(resource))
    return store_part(resource, f"real{place}", path, described)


def another_name(resource: Resource, real: DescribedFile, place: int) -> DescribedFile:
    """Give a stored file one more name, by a hard link, and say of it what its place among the others would be."""
    rows = real.file.rows
    name = version_name(resource.code, f"copy{place}", real.file.sha256)
    os.link(default_storage.path(real.file.uri), default_storage.path(name))
    key = Span(
        column=real.spans[0].column,
        nulls=0,
        low_text=f"{place * rows:012d}",
        high_text=f"{(place + 1) * rows - 1:012d}",
    )
    return replace(
        real,
        file=replace(real.file, uri=name),
        first_row=place * rows + 1,
        last_row=(place + 1) * rows,
        spans=(key, *real.spans[1:]),
    )


def version_of(resource: Resource, person_id: int, files: Sequence[DescribedFile | DataFile]) -> Version:
    """Make a version that names these files, by the only writer there is."""
    return commit_version(
        MACHINE,
        resource=resource,
        kind="replace",
        files=files,
        columns=item_columns(resource),
        origin=Origin(name="many.csv", sha256="0" * 64, person_id=person_id),
    )


def version_of_many(resource: Resource, person_id: int, folder: Path, real_places: Sequence[int], rows: int) -> Version:
    """Make a version of 1,252 files: real ones at some places, and hard links to the first of them at the others."""
    reals = {place: real_file(resource, folder, place, rows) for place in real_places}
    first = reals[real_places[0]]
    files = [reals.get(place) or another_name(resource, first, place) for place in range(FILES)]
    return version_of(resource, person_id, files)


@pytest.fixture
def resource(cast: Cast) -> Resource:
    code, *others = ITEMS
    return resource_in(cast, "published", items=(code | {"length": 12}, *others))


@pytest.fixture
def many(cast: Cast, resource: Resource, settings: LazySettings, tmp_path: Path) -> Version:
    settings.STORAGES = {**settings.STORAGES, "default": storage_settings(f"file://{tmp_path}/store")}
    return version_of_many(resource, cast.user("steward").pk, tmp_path, (0, 700, 1_251), ROWS)


@pytest.mark.parametrize("place", [0, 700, 1_251])
def test_row_is_found_in_the_one_file_that_can_hold_it(cast: Cast, many: Version, place: int) -> None:
    code = f"{place * ROWS + 42:012d}"
    found = locations(many, [Condition("code", "eq", code)])
    assert len(found) == 1
    assert Path(found[0].address).stat().st_nlink == (FILES - 2 if place == 0 else 1)
    page = release(cast.actor("steward"), preview_warrant(many), read_query({"filter": f"code:eq:{code}"})).page()
    assert (page.rows, page.total) == ([{"code": code, "name": "街道42", "contact": "张42"}], 1)


def test_queries_do_not_grow_with_the_files(cast: Cast, resource: Resource, many: Version) -> None:
    one = version_of(resource, cast.user("steward").pk, list(version_files(many)[:1]))
    asked = {}
    for name, version in (("one", one), ("many", many)):
        with CaptureQueriesContext(connection) as queries:
            release(
                cast.actor("steward"), preview_warrant(version), read_query({"filter": "code:eq:000000000007"})
            ).page()
        asked[name] = len(queries)
    assert asked["many"] == asked["one"]


def test_rows_are_counted_without_opening_a_file(cast: Cast, many: Version) -> None:
    for file in version_files(many):
        default_storage.delete(file.uri)
    assert release(cast.actor("steward"), preview_warrant(many)).total == ROWS_OF_ALL == many.row_count


def test_page_deep_inside_reads_the_files_around_it(cast: Cast, many: Version) -> None:
    """A cursor at the end of the 700th file leads into the 701st, which is real; those before need not be there."""
    for file in version_files(many)[:700]:
        default_storage.delete(file.uri)
    steward, right = cast.actor("steward"), preview_warrant(many)
    shape = release(steward, right, read_query({"limit": "40"})).plan.shape
    cursor = write_cursor(shape, (700 * ROWS,))
    seen: list[str] = []
    for _ in range(2):
        page = release(steward, right, read_query({"limit": "40", "cursor": cursor})).page()
        assert page.next_cursor is not None
        seen += [row["code"] for row in page.rows]
        cursor = page.next_cursor
    assert seen == [f"{700 * ROWS + at:012d}" for at in range(80)]
    assert page.total == ROWS_OF_ALL
