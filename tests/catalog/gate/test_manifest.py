"""Versions name files: only those that can hold an answer are read, and one writer alone makes versions."""

import io
from itertools import pairwise

import pytest
from django.conf import LazySettings

from catalog.data.plan import Condition
from catalog.gate import preview_warrant, read_query, release
from catalog.models import ColumnRange, Resource, Version
from catalog.selectors.manifest import locations, version_files
from catalog.services import set_items
from catalog.services.manifest import Origin, commit_version
from catalog.services.versions import check_upload, item_columns, receive_upload
from portal.audit.models import Entry
from portal.kernel.actors import system_actor
from portal.kernel.errors import Conflict
from tests.cast import Cast
from tests.catalog.gate.conftest import MACHINE, TEXT
from tests.factories.catalog import ITEMS, draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def split(cast: Cast, resource: Resource, settings: LazySettings) -> Version:
    """A version of 300 rows in four files."""
    settings.DATA_FILE_ROWS = 80
    file = io.BytesIO(TEXT.encode())
    upload = receive_upload(cast.actor("steward"), resource=resource, file=file, name="街道.csv", announce=False)
    made = check_upload(MACHINE, upload_id=upload.pk).version
    assert made is not None
    return made


def chosen(version: Version, *conditions: Condition) -> list[int]:
    addresses = [location.address for location in locations(version, conditions)]
    return [at for at, file in enumerate(version_files(version)) if any(file.uri in one for one in addresses)]


def test_large_version_lies_in_several_files(split: Version) -> None:
    files = list(version_files(split))
    assert [file.row_count for file in files] == [80, 80, 80, 60]
    assert split.row_count == sum(file.row_count for file in files)
    assert split.byte_count == sum(file.byte_count for file in files)
    assert all(one.last_row < two.first_row for one, two in pairwise(files))
    assert split.last_row == files[-1].last_row
    assert split.profile["rows"] == 300
    assert [place.rows_before for place in split.manifest.all()] == [0, 80, 160, 240]


def test_only_files_that_can_hold_the_answer_are_read(split: Version) -> None:
    assert chosen(split) == [0, 1, 2, 3]
    assert chosen(split, Condition("code", "eq", "220100100")) == [1]
    assert chosen(split, Condition("code", "in", ("220100001", "220100299"))) == [0, 3]
    assert chosen(split, Condition("code", "lt", "220100080")) == [0, 1]
    assert chosen(split, Condition("code", "ge", "220100200")) == [2, 3]
    assert chosen(split, Condition("code", "ge", "220100100"), Condition("code", "le", "220100170")) == [1, 2]
    assert chosen(split, Condition("code", "in", tuple(f"2201001{n:02d}" for n in range(30)))) == [1]
    assert chosen(split, Condition("code", "eq", "9")) == []
    assert chosen(split, Condition("code", "null", value=True)) == []
    assert chosen(split, Condition("code", "null", value=False)) == [0, 1, 2, 3]
    assert chosen(split, Condition("code", "ne", "220100100")) == [0, 1, 2, 3]
    ColumnRange.objects.all().delete()
    assert chosen(split, Condition("code", "eq", "220100100")) == [0, 1, 2, 3]


def test_first_files_suffice_for_a_page(split: Version) -> None:
    assert len(locations(split, rows=80)) == 1
    assert len(locations(split, rows=81)) == 2
    last_of_first = version_files(split)[0].last_row
    assert len(locations(split, rows=50, after=last_of_first)) == 2
    assert len(locations(split, rows=100, after=last_of_first - 1)) == 3
    assert locations(split, rows=10, after=split.last_row) == ()


def test_gate_pages_through_all_files_without_loss(cast: Cast, split: Version) -> None:
    steward, right = cast.actor("steward"), preview_warrant(split)
    seen, cursor = [], None
    while True:
        params = {"limit": "70"} | ({"cursor": cursor} if cursor else {})
        page = release(steward, right, read_query(params)).page()
        seen += [row["code"] for row in page.rows]
        if (cursor := page.next_cursor) is None:
            break
    assert seen == [f"2201{n:05d}" for n in range(300)]
    assert page.total == 300
    found = release(steward, right, read_query({"filter": "code:eq:220100250"})).page()
    assert [row["name"] for row in found.rows] == ["街道250"]
    assert release(steward, right, read_query({"filter": "code:eq:x"})).page().rows == []
    assert release(steward, right, read_query({"offset": "295"})).page().rows[0]["code"] == "220100295"
    text = b"".join(release(steward, right).stream("csv").chunks).decode()
    assert len(text.splitlines()) == 301


def test_version_made_from_an_old_one_is_refused(cast: Cast, version: Version, resource: Resource) -> None:
    origin = Origin(name="x.csv", sha256="0" * 64, person_id=version.created_by_id)
    files = list(version_files(version))
    actor, columns = system_actor("test"), item_columns(resource)

    def again() -> Version:
        return commit_version(
            actor, resource=resource, kind="append", files=files, columns=columns, origin=origin, parent=version
        )

    second = again()
    assert (second.number, second.parent, second.row_count) == (2, version, version.row_count)
    assert second.sha256 == version.sha256
    assert Entry.objects.filter(action="catalog.version").count() == 2
    with pytest.raises(Conflict, match="Another version"):
        again()


def test_column_ids_are_given_once(cast: Cast) -> None:
    steward = cast.actor("steward")
    resource = draft(steward, cast.provider)
    assert [item.column_id for item in resource.items.all()] == ["c1", "c2", "c3"]
    code, name, contact = ITEMS
    renamed = name | {"code": "street_name", "former_code": "name"}
    set_items(steward, resource=resource, items=[renamed, code])
    assert [(item.code, item.column_id) for item in resource.items.all()] == [("street_name", "c2"), ("code", "c1")]
    set_items(steward, resource=resource, items=[renamed | {"former_code": "street_name"}, code, contact])
    assert resource.items.get(code="contact").column_id == "c4"


def test_item_renamed_since_keeps_its_grade(cast: Cast, version: Version, resource: Resource) -> None:
    item = resource.items.get(code="name")
    item.code, item.name_zh = "title", "名称"
    item.save()
    page = release(cast.actor("steward"), preview_warrant(version)).page()
    assert page.rows[0]["name"] == "街道0"
