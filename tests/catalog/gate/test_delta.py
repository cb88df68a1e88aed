"""Tables by Delta Sharing, loaded with the official client from a live server."""

import json
from pathlib import Path
from typing import Any

import delta_sharing
import pyarrow
import pytest
import requests
from django.core.cache import cache

from catalog.gate.delta import parts as parts_module
from catalog.models import Version
from opening.models import EditionCount
from portal.accounts.services import create_api_key
from portal.audit.models import Entry
from sharing.models import Grant, GrantUse
from sharing.services import suspend_grant
from tests.cast import Cast
from tests.factories import opening as opening_factory
from tests.factories import sharing as sharing_factory

pytestmark = [
    pytest.mark.django_db(transaction=True),
    # The client's own ways: pandas' notices and sessions it leaves open.
    pytest.mark.filterwarnings("ignore"),
]


@pytest.fixture
def grant(cast: Cast) -> Grant:
    return sharing_factory.grant(cast, sharing_factory.resource(cast))


@pytest.fixture
def key(cast: Cast) -> str:
    return str(create_api_key(cast.actor("holder"), user=cast.user("holder"), name="d", scopes=["sharing:read"])[1])


def profile(folder: Path, endpoint: str, token: str) -> str:
    path = folder / "profile.share"
    path.write_text(json.dumps({"shareCredentialsVersion": 1, "endpoint": endpoint, "bearerToken": token}))
    return str(path)


@pytest.fixture
def granted(tmp_path: Path, live_server: Any, key: str, grant: Grant) -> str:
    return profile(tmp_path, f"{live_server.url}/api/v1/sharing/delta", key)


def asked_for(action: str) -> list[dict[str, Any]]:
    return [entry.details for entry in Entry.objects.filter(action=action).order_by("pk")]


def test_official_client_lists_and_loads_a_grant(cast: Cast, grant: Grant, granted: str, client: Any, key: str) -> None:
    tables = delta_sharing.SharingClient(granted).list_all_tables()
    assert [(table.share, table.schema, table.name) for table in tables] == [
        ("grants", grant.schema_name, grant.number)
    ]
    frame = delta_sharing.load_as_pandas(f"{granted}#grants.{grant.schema_name}.{grant.number}")
    answer = client.get(
        f"/api/v1/sharing/grants/{grant.number}/rows", headers={"Authorization": f"Bearer {key}"}
    ).json()
    assert list(frame.columns) == [field["id"] for field in answer["fields"]]
    assert frame.astype(object).where(frame.notna(), None).to_dict("records") == answer["rows"]
    assert {"tables": 1} in asked_for("sharing.delta_list")
    assert asked_for("gate.ask")[0]["form"] == "delta query"
    assert asked_for("gate.disclose")[0]["form"] == "delta"
    assert GrantUse.objects.filter(grant=grant, form="delta").count() == 1


def test_many_files_and_the_hint_of_a_limit(grant: Grant, granted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts_module, "PART_ROWS", 1)
    address = f"{granted}#grants.{grant.schema_name}.{grant.number}"
    whole = delta_sharing.load_as_pandas(address)
    assert len(delta_sharing.load_as_pandas(address, limit=1)) == 1
    assert asked_for("gate.ask")[-1]["rows"] <= len(whole)


def files_of(live_server: Any, grant: Grant, key: str) -> list[dict[str, Any]]:
    address = f"{live_server.url}/api/v1/sharing/delta/shares/grants/schemas/{grant.schema_name}/tables/{grant.number}"
    answer = requests.post(f"{address}/query", json={}, headers={"Authorization": f"Bearer {key}"}, timeout=30)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Delta-Table-Version"] == "1"
    return [json.loads(line)["file"] for line in answer.text.splitlines()[2:]]


def test_file_answers_head_and_ranges_and_stops_when_suspended(
    cast: Cast, live_server: Any, grant: Grant, key: str
) -> None:
    (file,) = files_of(live_server, grant, key)
    head = requests.head(file["url"], timeout=30)
    assert (head.status_code, int(head.headers["Content-Length"])) == (200, file["size"])
    assert asked_for("gate.disclose") == []
    part = requests.get(file["url"], headers={"Range": "bytes=0-3"}, timeout=30)
    assert (part.status_code, part.content) == (206, b"PAR1")
    assert requests.get(file["url"], headers={"Range": f"bytes={file['size']}-"}, timeout=30).status_code == 416
    assert len(asked_for("gate.disclose")) == 1
    suspend_grant(cast.actor("steward"), grant=grant, reason="检查")
    refused = requests.get(file["url"], timeout=30)
    assert refused.status_code == 403
    assert set(refused.json()) == {"errorCode", "message"}


def test_link_ends_with_its_key_and_cannot_be_made_up(cast: Cast, live_server: Any, grant: Grant, key: str) -> None:
    (file,) = files_of(live_server, grant, key)
    assert requests.get(file["url"] + "x", timeout=30).status_code == 403
    cast.user("holder").api_keys.update(revoked_at="2026-01-01T00:00:00Z")
    assert requests.get(file["url"], timeout=30).status_code == 403
    cache.clear()


WRONG = [
    ("get", "shares", "", 401, "NOT_AUTHENTICATED"),
    ("get", "shares/other", "key", 404, "NOT_FOUND"),
    ("get", "shares/other/all-tables", "key", 404, "NOT_FOUND"),
    ("get", "shares/grants/all-tables?maxResults=x", "key", 400, "INVALID_PARAMETER"),
    ("get", "{table}/version?startingTimestamp=2026-01-01T00:00:00Z", "key", 400, "UNSUPPORTED_FEATURE"),
    ("get", "{table}/changes?startingVersion=0", "key", 400, "UNSUPPORTED_FEATURE"),
    ("post", "{table}/query", "key", 200, ""),
    ("get", "shares/grants/schemas/nobody/tables/{number}/metadata", "key", 404, "NOT_FOUND"),
    ("get", "shares/grants/schemas/nobody/tables", "key", 404, "NOT_FOUND"),
]


@pytest.mark.parametrize(("verb", "address", "who", "status", "code"), WRONG)
def test_errors_are_in_the_form_of_the_protocol(
    client: Any, grant: Grant, key: str, verb: str, address: str, who: str, status: int, code: str
) -> None:
    table = f"shares/grants/schemas/{grant.schema_name}/tables/{grant.number}"
    headers = {"Authorization": f"Bearer {key}"} if who else {}
    path = "/api/v1/sharing/delta/" + address.format(table=table, number=grant.number)
    answer = getattr(client, verb)(path, headers=headers)
    assert answer.status_code == status
    if code:
        assert answer.json()["errorCode"] == code
        assert answer.json()["message"]


def test_history_is_refused_and_the_current_version_may_be_named(client: Any, grant: Grant, key: str) -> None:
    path = f"/api/v1/sharing/delta/shares/grants/schemas/{grant.schema_name}/tables/{grant.number}/query"
    headers = {"Authorization": f"Bearer {key}"}
    assert grant.request.resource.current_version is not None
    current = grant.request.resource.current_version.number
    for other in (0, current + 1, str(current), True, [current]):
        answer = client.post(path, {"version": other}, "application/json", headers=headers)
        assert (answer.status_code, answer.json()["errorCode"]) == (400, "UNSUPPORTED_FEATURE")
    named = client.post(path, {"version": current}, "application/json", headers=headers)
    assert (named.status_code, named["Delta-Table-Version"]) == (200, str(current))


def test_open_edition_is_loaded_without_key_and_record(cast: Cast, tmp_path: Path, live_server: Any) -> None:
    publication = opening_factory.edition_in(cast, "published", items=["code", "name"])
    address = profile(tmp_path, f"{live_server.url}/api/v1/opening/delta", "open")
    client = delta_sharing.SharingClient(address)
    assert [share.name for share in client.list_shares()] == ["open"]
    (schema,) = client.list_schemas(client.list_shares()[0])
    (table,) = client.list_tables(schema)
    frame = delta_sharing.load_as_pandas(f"{address}#open.{schema.name}.{table.name}")
    assert table.name == publication.name
    assert len(frame) == Version.objects.get(resource=publication.resource).row_count
    assert not Entry.objects.filter(action__startswith="gate.").exists()
    assert [count.count for count in EditionCount.objects.filter(publication=publication, kind="download")] == [1]


def test_lists_page(client: Any, cast: Cast, grant: Grant, key: str) -> None:
    headers = {"Authorization": f"Bearer {key}"}
    sharing_factory.grant(cast, grant.resource)
    first = client.get("/api/v1/sharing/delta/shares/grants/all-tables?maxResults=1", headers=headers).json()
    then = client.get(
        f"/api/v1/sharing/delta/shares/grants/all-tables?maxResults=1&pageToken={first['nextPageToken']}",
        headers=headers,
    ).json()
    assert len(first["items"]) == len(then["items"]) == 1
    assert "nextPageToken" not in then
    assert client.get("/api/v1/sharing/delta/shares/grants", headers=headers).json()["share"]["name"] == "grants"


def test_profile_from_the_page_loads_the_grant(cast: Cast, tmp_path: Path, live_server: Any, grant: Grant) -> None:
    page = cast.client("holder").get(f"/sharing/grants/{grant.number}/").content.decode()
    assert f"songhua.share#grants.{grant.schema_name}.{grant.number}" in page
    answer = cast.client("holder").post(f"/sharing/grants/{grant.number}/profile/")
    given = json.loads(answer.content)
    path = profile(tmp_path, f"{live_server.url}/api/v1/sharing/delta", given["bearerToken"])
    assert given["endpoint"].endswith("/api/v1/sharing/delta")
    assert len(delta_sharing.load_as_pandas(f"{path}#grants.{grant.schema_name}.{grant.number}")) > 0
    assert cast.client("steward").post(f"/sharing/grants/{grant.number}/profile/").status_code == 403


def test_open_profile_is_on_the_page_of_a_dataset(cast: Cast, client: Any) -> None:
    publication = opening_factory.edition_in(cast, "published", items=["code", "name"])
    page = client.get(f"/dataset/{publication.name}/data").content.decode()
    assert "/developers/songhua.share" in page
    assert json.loads(client.get("/developers/songhua.share").content)["bearerToken"] == "open"


def test_pyarrow_reads_the_rows_as_the_page_says(cast: Cast, live_server: Any, grant: Grant, key: str) -> None:
    address = f"{live_server.url}/api/v1/sharing/grants/{grant.number}/rows"
    headers = {"Authorization": f"Bearer {key}"}
    with requests.get(f"{address}?format=arrow", headers=headers, stream=True, timeout=30) as answer:
        table = pyarrow.ipc.open_stream(answer.raw).read_all()
    rows = requests.get(address, headers=headers, timeout=30).json()
    assert table.to_pylist() == rows["rows"]
    with requests.get(
        f"{address}?format=arrow&filter=code:eq:none", headers=headers, stream=True, timeout=30
    ) as answer:
        empty = pyarrow.ipc.open_stream(answer.raw).read_all()
    assert (empty.num_rows, empty.schema) == (0, table.schema)
