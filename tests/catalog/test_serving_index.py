"""A version of too many rows for a table gets an index of its rows: the same answers, read from the right files."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client

from catalog.data.engines.postgres import PostgresEngine
from catalog.data.errors import EngineLimit
from catalog.data.plan import AskedPlan, Condition
from catalog.data.serving import table_names
from catalog.gate import Warrant, WarrantKind, preview_warrant, read_query, release
from catalog.gate.delivery import Delivery
from catalog.gate.serving import readers
from catalog.models import DataFile, Resource, ServingChoice, ServingTable, Version
from catalog.selectors import serving as selectors
from catalog.selectors.manifest import version_files
from catalog.selectors.serving import serving_state
from catalog.services import serving
from catalog.services.serving import sweeping
from portal.kernel.actors import system_actor
from portal.kernel.decisions import ALLOW
from tests.cast import Cast
from tests.catalog.gate.conftest import GRANT_PLAN, TEXT
from tests.catalog.gate.conftest import resource as resource  # noqa: PLC0414  a fixture
from tests.catalog.gate.conftest import version as version  # noqa: PLC0414  a fixture
from tests.factories import uploads
from tests.factories.catalog import resource_in

pytestmark = pytest.mark.django_db(transaction=True)
SYSTEM = system_actor("catalog.serve_resource")
QUESTIONS: tuple[dict[str, str | list[str]], ...] = (
    {},
    {"limit": "2"},
    {"filter": "code:eq:220100007"},
    {"filter": "code:in:220100007,220100299,220100150", "order": "-name"},
    {"filter": ["code:ge:220100250", "name:like:9"]},
    {"filter": ["code:ge:220100250", "name:like:9"], "offset": "2", "limit": "2"},
    {"filter": "code:lt:220100100", "limit": "7", "offset": "3", "order": "code"},
    {"filter": "code:lt:220100100", "limit": "7", "order": "-code"},
    {"filter": "code:eq:nothing"},
    {"order": "code", "limit": "5"},
    {"order": "-code", "limit": "5"},
    {"q": "街道1", "filter": "code:gt:220100200"},
    {"filter": "name:eq:街道77"},
)


@pytest.fixture(autouse=True)
def _served(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Serve every resource, by an index above one row; leave neither tables nor connections to other tests."""
    settings.SERVING_MOST_ROWS = 1
    monkeypatch.setattr(selectors, "_finders", [lambda ids: [(one, GRANT_PLAN) for one in ids]])
    yield
    readers().close()
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA IF EXISTS serving CASCADE")


@pytest.fixture
def keyed(cast: Cast, resource: Resource, version: Version) -> Version:
    """Make it a version of many files, with the code for an index of its rows."""
    ServingChoice.objects.create(resource=resource, columns=["c1"])
    return version


def whole(version: Version) -> Warrant:
    plan = preview_warrant(version).plan
    return Warrant(kind=WarrantKind.GRANT, number="GX-1", version=version, plan=plan, decide=lambda _: ALLOW)


def follow(version: Version) -> str:
    return serving.follow_serving(SYSTEM, resource_id=version.resource_id)


def delivery(cast: Cast, version: Version, **asked: Any) -> Delivery:
    return release(cast.actor("holder"), whole(version), read_query(asked))


def tables() -> set[str]:
    with connection.cursor() as cursor:
        return table_names(cursor)


def answers(cast: Cast, version: Version) -> list[bytes]:
    return [delivery(cast, version, **asked).page().to_bytes() for asked in QUESTIONS]


def test_answers_are_the_same_bytes_with_and_without(cast: Cast, keyed: Version) -> None:
    before = answers(cast, keyed)
    csv = b"".join(delivery(cast, keyed, filter="code:ge:220100290").stream("csv").chunks)
    assert follow(keyed) == "built"
    made = ServingTable.objects.get()
    assert (made.is_index, made.indexed, made.ready, made.row_count) == (True, ["c1"], [], 300)
    found = delivery(cast, keyed)
    assert found.served is None
    assert found.index is not None
    assert answers(cast, keyed) == before
    assert b"".join(delivery(cast, keyed, filter="code:ge:220100290").stream("csv").chunks) == csv


def test_only_the_files_of_the_rows_are_read(
    cast: Cast, resource: Resource, settings: LazySettings, request: pytest.FixtureRequest
) -> None:
    """Six files; all but the one that holds the row are gone from the store, and the row is there."""
    settings.DATA_FILE_ROWS = 50
    version: Version = request.getfixturevalue("version")
    ServingChoice.objects.create(resource=resource, columns=["c1"], searched=["c2"])
    assert follow(version) == "built"
    files = list(version_files(version))
    assert len(files) == TEXT.count("\n") // 50
    for file in files[:3] + files[4:]:
        default_storage.delete(file.uri)
    assert delivery(cast, version, filter="code:eq:220100170").page().rows[0]["name"] == "街道170"
    assert delivery(cast, version, filter="name:like:道163").page().total == 1
    assert delivery(cast, version, filter="code:lt:220100050").total == 50


def test_index_that_vanished_is_answered_for_by_the_files(cast: Cast, keyed: Version) -> None:
    before = answers(cast, keyed)
    follow(keyed)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE serving.{next(iter(tables()))}")
    assert answers(cast, keyed) == before
    assert serving.sweep_serving() == [keyed.resource_id]
    assert follow(keyed) == "built"
    assert serving.sweep_serving() == []


def test_index_that_takes_too_long_is_answered_for_by_the_files(
    cast: Cast, keyed: Version, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = answers(cast, keyed)
    follow(keyed)

    def late(*_asked: object, **_how: object) -> list[tuple[Any, ...]]:
        raise EngineLimit("engine_time", seconds=30)

    monkeypatch.setattr(PostgresEngine, "ask", late)
    assert answers(cast, keyed) == before


def test_version_that_shrinks_gets_a_table_and_one_that_grows_an_index(keyed: Version, settings: LazySettings) -> None:
    follow(keyed)
    settings.SERVING_MOST_ROWS = 1_000
    assert follow(keyed) == "built"
    assert not ServingTable.objects.get().is_index
    settings.SERVING_MOST_ROWS = 1
    assert serving.review_serving() == [keyed.resource_id]
    assert follow(keyed) == "built"
    assert ServingTable.objects.get().is_index
    assert len(tables()) == 1
    assert serving.review_serving() == []


def test_those_that_failed_keep_nobody_from_his_turn(
    cast: Cast, keyed: Version, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = resource_in(cast, "published")
    assert uploads.hand_in(cast, other, TEXT).version is not None
    ServingChoice.objects.create(resource=other, columns=["c1"])
    follow(keyed)
    ServingTable.objects.update(fault="disk full")
    assert keyed.resource_id < other.pk
    assert serving.sweep_serving() == [other.pk, keyed.resource_id]
    monkeypatch.setattr(sweeping, "_SWEPT", 1)
    assert serving.sweep_serving() == [other.pk]


def test_without_a_column_to_find_rows_by_there_is_none(cast: Cast, resource: Resource, version: Version) -> None:
    Version.objects.update(columns=[column | {"primary_key": False} for column in version.columns])
    assert follow(version) == "unserved"
    assert serving.sweep_serving() == []
    assert serving.review_serving() == []
    found = Resource.objects.select_related("current_version").get(pk=resource.pk)
    assert serving_state(found).code == "too_large"
    client = Client()
    client.force_login(cast.user("steward"))
    url = f"/catalog/{resource.address}/serving/"
    assert 'data-state="too_large"' in client.get(url).content.decode()
    assert client.post(url, {"columns": ["c2"]}).status_code == 302
    assert follow(version) == "built"
    page = client.get(url).content.decode()
    assert 'data-state="ready"' in page
    assert 'data-state="index"' in page


def test_version_too_large_for_an_index_stays_with_its_files(
    cast: Cast, keyed: Version, settings: LazySettings
) -> None:
    """Keys are indexed without being asked for: what they may take of PostgreSQL's disk has an end."""
    assert follow(keyed) == "built"
    settings.SERVING_INDEX_MOST_ROWS = 299
    assert serving.sweep_serving() == [keyed.resource_id]
    assert follow(keyed) == "unserved"
    assert (tables(), serving.sweep_serving(), serving.review_serving()) == (set(), [], [])
    client = Client()
    client.force_login(cast.user("steward"))
    page = client.get(f"/catalog/{keyed.resource.address}/serving/").content.decode()
    assert 'data-state="beyond"' in page
    # The limit of an index never takes a table away.
    settings.SERVING_MOST_ROWS = 1_000
    assert follow(keyed) == "built"
    assert not ServingTable.objects.get().is_index


def test_masks_and_scope_are_those_of_the_right(cast: Cast, keyed: Version) -> None:
    """The index is asked for the right's own condition on the stored code, and never for one on a masked value."""
    follow(keyed)
    scope = (Condition("code", "eq", "220100042"),)
    plan = type(GRANT_PLAN)(version="*", columns=GRANT_PLAN.columns, where=scope)
    right = Warrant(kind=WarrantKind.GRANT, number="GX-1", version=keyed, plan=plan, decide=lambda _: ALLOW)
    found = release(cast.actor("holder"), right, AskedPlan(filters=(Condition("code", "eq", "220100"),)))
    assert found.page().rows == [{"code": "220100", "name": "街道42", "contact": "张**"}]
    assert DataFile.objects.count() == 1
