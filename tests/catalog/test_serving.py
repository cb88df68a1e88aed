"""Serving tables follow what is served: built, swapped, dropped and swept; people and programs get the same rows."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client

from catalog.data.serving import table_names
from catalog.gate import read_query, release
from catalog.gate.serving import readers
from catalog.models import Resource, ServingTable, Version
from catalog.selectors.serving import serving_state
from catalog.services import serving
from opening.models import Publication
from opening.services import VERBS, warrant_for
from portal.audit.models import Entry
from portal.kernel.actors import VISITOR, system_actor
from portal.kernel.errors import NotAllowed
from tests.cast import Cast
from tests.factories.opening import add_version, edition_in
from tests.factories.sharing import grant as grant_of

pytestmark = pytest.mark.django_db(transaction=True)
SYSTEM = system_actor("catalog.serve_resource")


@pytest.fixture(autouse=True)
def _no_reader_stays() -> Iterator[None]:
    """Leave neither tables nor connections to the tests that follow."""
    yield
    readers().close()
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA IF EXISTS serving CASCADE")


@pytest.fixture
def edition(cast: Cast) -> Publication:
    return edition_in(cast)


def follow(resource: Resource, *, anew: bool = False) -> str:
    return serving.follow_serving(SYSTEM, resource_id=resource.pk, anew=anew)


def tables() -> set[str]:
    with connection.cursor() as cursor:
        return table_names(cursor)


def page(edition: Publication, **asked: str | list[str]) -> bytes:
    return release(VISITOR, warrant_for(edition), read_query(asked)).page().to_bytes()


def is_served(edition: Publication) -> bool:
    return release(VISITOR, warrant_for(edition)).served is not None


def test_answers_are_the_same_bytes_before_and_after(edition: Publication) -> None:
    questions: list[dict[str, str | list[str]]] = [
        {},
        {"limit": "2"},
        {"filter": "code:eq:220102001", "limit": "3"},
        {"q": "街道", "order": "-name"},
        {"columns": "name"},
        {"filter": ["name:like:街", "code:ge:2201"]},
    ]
    before = [page(edition, **asked) for asked in questions]
    assert not is_served(edition)
    assert follow(edition.resource) == "built"
    assert is_served(edition)
    assert [page(edition, **asked) for asked in questions] == before


def test_bad_values_are_refused_and_hostile_ones_find_nothing(client: Client, edition: Publication) -> None:
    follow(edition.resource)
    url = f"/api/v1/opening/editions/{edition.name}/rows"
    assert client.get(url, {"filter": "nothing:eq:1"}).status_code == 400
    assert client.get(url, {"filter": "code:near:1"}).status_code == 400
    hostile = client.get(url, {"filter": "code:eq:' OR 1=1; DROP SCHEMA serving CASCADE; --%s"})
    assert hostile.json()["rows"] == []
    assert len(tables()) == 1


def test_second_run_changes_nothing_and_anew_builds_another(edition: Publication) -> None:
    follow(edition.resource)
    first = tables()
    assert follow(edition.resource) == "ready"
    assert tables() == first
    assert follow(edition.resource, anew=True) == "built"
    assert len(tables()) == 1
    assert tables() != first


def test_new_version_takes_the_place_of_the_one_before(cast: Cast, edition: Publication) -> None:
    follow(edition.resource)
    first = tables()
    add_version(cast, edition.resource)
    assert follow(edition.resource) == "built"
    assert len(tables()) == 1
    assert tables() != first
    assert ServingTable.objects.count() == 1
    assert [entry.action for entry in Entry.objects.filter(action__startswith="catalog.").order_by("pk")][-2:] == [
        "catalog.unserve",
        "catalog.serve",
    ]


def test_withdrawn_edition_takes_its_table_along(cast: Cast, edition: Publication) -> None:
    follow(edition.resource)
    VERBS["withdraw"](cast.actor("office_head"), publication=edition, reason="测试")
    assert follow(edition.resource) == "unserved"
    assert tables() == set()


def test_grant_by_service_interface_is_served_and_others_are_not(cast: Cast) -> None:
    file_grant = grant_of(cast)
    assert follow(file_grant.resource) == "unserved"
    type(file_grant).objects.filter(pk=file_grant.pk).update(method="interface")
    assert follow(file_grant.resource) == "built"


def test_table_that_vanished_is_answered_for_by_the_files_and_swept(edition: Publication) -> None:
    follow(edition.resource)
    before = page(edition)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE serving.{next(iter(tables()))}")
        cursor.execute("CREATE TABLE serving.orphan (n int)")
    assert page(edition) == before
    assert serving.sweep_serving() == [edition.resource_id]
    assert tables() == set()
    assert follow(edition.resource) == "built"
    assert serving.sweep_serving() == []


def test_sweep_finds_what_is_missing_and_what_is_over(cast: Cast, edition: Publication) -> None:
    assert serving.sweep_serving() == [edition.resource_id]
    follow(edition.resource)
    VERBS["withdraw"](cast.actor("office_head"), publication=edition, reason="测试")
    assert serving.sweep_serving() == [edition.resource_id]


def test_build_that_fails_keeps_the_files_answering_and_says_so(cast: Cast, edition: Publication) -> None:
    version = edition.resource.current_version
    assert version is not None
    version.files.update(row_count=1)
    Version.objects.update(row_count=99)
    assert follow(edition.resource) == "failed"
    assert tables() == set()
    state = serving_state(Resource.objects.select_related("current_version").get(pk=edition.resource_id))
    assert state.code == "failed"
    client = Client()
    client.force_login(cast.user("steward"))
    answer = client.get(f"/catalog/{edition.resource.address}/serving/")
    assert 'data-state="failed"' in answer.content.decode()


def test_officer_chooses_indexes_and_builds_anew(cast: Cast, edition: Publication) -> None:
    follow(edition.resource)
    client = Client()
    client.force_login(cast.user("steward"))
    url = f"/catalog/{edition.resource.address}/serving/"
    assert 'data-state="ready"' in client.get(url).content.decode()
    version = edition.resource.current_version
    assert version is not None
    column = next(column["id"] for column in version.columns if not column["primary_key"])
    assert client.post(url, {"columns": [column], "is_searched": "on"}).status_code == 302
    assert client.post(url, {"columns": ["c99"]}).status_code == 400
    assert follow(edition.resource) == "built"
    table = ServingTable.objects.get()
    assert column in table.indexed
    assert table.is_searched
    assert client.post(f"{url}rebuild/").status_code == 302
    with pytest.raises(NotAllowed):
        serving.rebuild_serving(cast.actor("outsider"), resource=edition.resource)


def test_second_builder_of_a_resource_does_nothing(edition: Publication) -> None:
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", [serving.LOCK, edition.resource_id])
            assert follow(edition.resource) == "busy"
    finally:
        other.close()


BUILD = """
import django; django.setup()
import sys, time
from django.db import connection
from django.conf import settings
connection.settings_dict["NAME"] = sys.argv[2]
settings.STORAGES["default"]["OPTIONS"]["location"] = sys.argv[3]
from catalog.data.serving import building as plane
copy = plane._copy
def slow(*arguments):
    done = copy(*arguments); print("copied", flush=True); time.sleep(60); return done
plane._copy = slow
from catalog.services.serving import follow_serving
from portal.kernel.actors import system_actor
follow_serving(system_actor("catalog.serve_resource"), resource_id=int(sys.argv[1]), anew=True)
"""


@pytest.mark.parametrize("was_served", [False, True])
def test_builder_that_is_killed_leaves_no_half_table(edition: Publication, tmp_path: Path, *, was_served: bool) -> None:
    """Killed after the rows were copied and before anything else: nothing of it stays, and the next run is right."""
    if was_served:
        follow(edition.resource)
    before, answer = tables(), page(edition)
    script = tmp_path / "build.py"
    script.write_text(BUILD, encoding="utf-8")
    words = [sys.executable, str(script), str(edition.resource_id), str(connection.settings_dict["NAME"])]
    words.append(str(default_storage.path("")))
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    with subprocess.Popen(words, stdout=subprocess.PIPE, env=environment) as builder:
        assert builder.stdout is not None
        line = builder.stdout.readline()
        assert line == b"copied\n"
        os.kill(builder.pid, signal.SIGKILL)
    deadline = time.monotonic() + 20
    while (done := follow(edition.resource, anew=was_served)) == "busy" and time.monotonic() < deadline:
        # The server rolls back once it sees that the builder is gone.
        time.sleep(0.1)
    assert done == "built"
    assert len(tables()) == 1
    assert tables() != before
    assert is_served(edition)
    assert page(edition) == answer
