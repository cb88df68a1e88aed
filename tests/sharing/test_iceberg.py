"""Grants as Iceberg tables: masked for their holder, with her key, recorded, and gone with the right."""

import html
from datetime import timedelta
from typing import Any

import duckdb
import pytest
import requests
from django.core.files.storage import default_storage
from django.utils import timezone
from pyiceberg.io import fsspec

from catalog.gate import release
from catalog.gate.delta.parts import parts_of
from catalog.gate.iceberg.table import table_files
from catalog.models import Item, Resource
from catalog.selectors.deletions import stored_under
from catalog.selectors.manifest import exports_folder, version_files
from catalog.services.deletions import carry_out_deletion, move_deletion, propose_deletion
from catalog.services.moves import suspend
from portal.accounts.services import create_api_key
from portal.audit.models import Entry
from portal.kernel.actors import system_actor
from sharing.models import Grant, GrantUse
from sharing.services import resume_grant, suspend_grant, terminate_grant, warrant_for
from tests.cast import Cast
from tests.factories import sharing as factory
from tests.readers import scan

pytestmark = [
    pytest.mark.django_db(transaction=True),
    # pyiceberg's own use of its libraries.
    pytest.mark.filterwarnings("ignore"),
]


@pytest.fixture
def resource(cast: Cast) -> Resource:
    """The third item is masked for everybody it is shared with."""
    made = factory.resource(cast)
    Item.objects.filter(resource=made, code="contact").update(mask={"op": "keep", "a": 1, "b": 0})
    return made


@pytest.fixture
def grant(cast: Cast, resource: Resource) -> Grant:
    return factory.grant(cast, resource)


@pytest.fixture
def key(cast: Cast) -> str:
    return str(create_api_key(cast.actor("holder"), user=cast.user("holder"), name="i", scopes=["sharing:read"])[1])


def address(live_server: Any, grant: Grant) -> str:
    return f"{live_server.url}/api/v1/sharing/iceberg/{grant.number}/current.metadata.json"


def asked(url: str, key: str, **headers: str) -> requests.Response:
    return requests.get(url, headers={"Authorization": f"Bearer {key}", **headers}, timeout=30)


def parts(live_server: Any, grant: Grant, key: str) -> list[str]:
    """Give every address that the table consists of."""
    metadata = asked(address(live_server, grant), key)
    assert metadata.status_code == 200, metadata.text
    place = metadata.json()["location"]
    return [
        address(live_server, grant),
        *(f"{place}/{x}" for x in ("snapshot.avro", "manifest.avro", "data/0.parquet")),
    ]


def lines_of(page: str, program: str) -> str:
    return html.unescape(
        page.partition(f"<summary>{program}</summary>")[2].partition("<code>")[2].partition("</code>")[0]
    )


def rows_of(client: Any, grant: Grant, key: str) -> list[dict[str, Any]]:
    answer = client.get(f"/api/v1/sharing/grants/{grant.number}/rows", headers={"Authorization": f"Bearer {key}"})
    found: list[dict[str, Any]] = answer.json()["rows"]
    assert found[0]["contact"] == "张*"
    return found


def test_duckdb_reads_it_by_the_lines_of_the_page(
    cast: Cast, live_server: Any, grant: Grant, key: str, client: Any, iceberg_reader: duckdb.DuckDBPyConnection
) -> None:
    page = cast.client("holder").get(f"/sharing/grants/{grant.number}/").content.decode()
    lines = lines_of(page, "Iceberg (DuckDB)").replace("http://testserver", live_server.url).replace("KEY", key)
    _install, secret, question = lines.splitlines()
    iceberg_reader.execute(secret)
    assert iceberg_reader.sql(question).to_arrow_table().to_pylist() == rows_of(client, grant, key)
    forms = [entry.details["form"] for entry in Entry.objects.filter(action__startswith="gate.").order_by("pk")]
    assert list(dict.fromkeys(forms))[:2] == ["iceberg query", "iceberg"], "readers ask some parts twice"
    assert set(forms[:-1]) <= {"iceberg query", "iceberg", "iceberg again"}
    assert GrantUse.objects.filter(grant=grant, form="iceberg").count() == 1
    assert scan(iceberg_reader, address(live_server, grant), "WHERE code = 'none'") == []


def test_pyiceberg_reads_it_by_the_lines_of_the_page(
    cast: Cast, live_server: Any, grant: Grant, key: str, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = cast.client("holder").get(f"/sharing/grants/{grant.number}/").content.decode()
    lines = lines_of(page, "Iceberg (pyiceberg)").replace("http://testserver", live_server.url)
    monkeypatch.setattr(fsspec, "SCHEME_TO_FS", dict(fsspec.SCHEME_TO_FS))
    found: dict[str, Any] = {}
    lines = lines.replace("KEY", key)
    exec(lines, found)  # noqa: S102 - the lines that people copy from our page
    frame = found["frame"]
    assert frame.astype(object).where(frame.notna(), None).to_dict("records") == rows_of(client, grant, key)


def test_the_files_are_those_of_delta_sharing(live_server: Any, cast: Cast, grant: Grant, key: str) -> None:
    delivery = release(cast.actor("holder"), warrant_for(grant))
    prepared = {part.name for part in parts_of(delivery)}
    folder = exports_folder(delivery.warrant.version)
    before = set(stored_under(folder))
    *_lists, data = parts(live_server, grant, key)
    with default_storage.open(min(prepared)) as file:
        assert asked(data, key).content == file.read()
    assert set(stored_under(folder)) == before
    assert b"\xe5\xbc\xa0\xe4\xb8\x89" not in asked(data, key).content


def test_files_of_a_version_never_leave_under_a_grant(cast: Cast) -> None:
    held = factory.grant(cast, items=["code", "name", "city", "contact"])
    delivery = release(cast.actor("holder"), warrant_for(held))
    originals = {file.uri for file in version_files(delivery.warrant.version)}
    assert {part.name for part in table_files(delivery, originals=True)} == originals
    assert not originals & {part.name for part in table_files(delivery, originals=False)}


def test_a_key_is_needed_for_every_part(cast: Cast, live_server: Any, grant: Grant, key: str) -> None:
    found = parts(live_server, grant, key)
    records = Entry.objects.filter(action__startswith="gate.").count()
    other = create_api_key(cast.actor("outsider"), user=cast.user("outsider"), name="o", scopes=["sharing:read"])[1]
    scopeless = create_api_key(cast.actor("holder"), user=cast.user("holder"), name="n", scopes=["catalog:read"])[1]
    for url in found:
        assert requests.get(url, timeout=30).status_code == 401
        assert asked(url, other).status_code == 404
        assert asked(url, scopeless).status_code == 403
    assert Entry.objects.filter(action__startswith="gate.", outcome="done").count() == records
    cast.user("holder").api_keys.update(revoked_at=timezone.now())
    assert [asked(url, key).status_code for url in found] == [401] * 4


def test_sizes_are_answered_without_a_record(live_server: Any, grant: Grant, key: str) -> None:
    found = parts(live_server, grant, key)
    records = Entry.objects.filter(action__startswith="gate.").count()
    headers = {"Authorization": f"Bearer {key}"}
    for url in found:
        head = requests.head(url, headers=headers, timeout=30)
        assert head.status_code == 200
        assert int(head.headers["Content-Length"]) > 0
        assert head.headers["Cache-Control"] == "private, no-store"
    assert Entry.objects.filter(action__startswith="gate.").count() == records
    assert asked(found[3], key, Range="bytes=0-3").content == b"PAR1"
    assert asked(f"{found[3].rpartition('/')[0]}/9.parquet", key).status_code == 404
    assert asked(found[1].replace("snapshot", "other"), key).status_code == 404


def test_it_ends_and_returns_with_the_grant(cast: Cast, live_server: Any, grant: Grant, key: str) -> None:
    found, steward = parts(live_server, grant, key), cast.actor("steward")

    def statuses() -> list[int]:
        return [asked(url, key).status_code for url in found]

    assert statuses() == [200] * 4
    suspend_grant(steward, grant=grant, reason="检查")
    assert statuses() == [403] * 4
    resume_grant(steward, grant=grant, reason="已核对")
    assert statuses() == [200] * 4
    terminate_grant(steward, grant=grant, reason="用途已达成")
    assert statuses() == [403] * 4


def test_it_ends_with_the_last_day(live_server: Any, grant: Grant, key: str) -> None:
    found = parts(live_server, grant, key)
    Grant.objects.filter(pk=grant.pk).update(valid_until=timezone.localdate() - timedelta(days=1))
    assert [asked(url, key).status_code for url in found] == [403] * 4


def test_a_new_version_has_new_addresses(cast: Cast, live_server: Any, grant: Grant, key: str) -> None:
    metadata, *older = parts(live_server, grant, key)
    factory.upload(cast, grant.resource, factory.STREETS.replace("南街道", "新街道"))
    assert [asked(url, key).status_code for url in older] == [410] * 3
    assert metadata == parts(live_server, grant, key)[0]
    assert asked(parts(live_server, grant, key)[3], key).status_code == 200


def test_deleted_data_is_gone(cast: Cast, live_server: Any, grant: Grant, key: str) -> None:
    found, resource = parts(live_server, grant, key), grant.resource
    assert asked(found[3], key).status_code == 200
    version = resource.current_version
    suspend(cast.actor("coordinator"), resource=resource, reason="数据停止使用")
    deletion = propose_deletion(
        cast.actor("steward"), resource=resource, numbers=[1], reason="保存期限已满", basis="数据管理办法第十条"
    )
    deletion = move_deletion(cast.actor("office_head"), deletion=deletion, verb="approve", reason="同意")
    carry_out_deletion(system_actor("catalog.carry_out_deletion"), deletion_id=deletion.pk)
    assert version is not None
    assert list(stored_under(exports_folder(version))) == []
    assert all(asked(url, key).status_code in {403, 404, 410} for url in found)
