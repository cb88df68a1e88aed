"""The API: rows for everybody, editions and their verbs for officials with a key."""

import csv
import io
from typing import Any

import pytest
from django.test import Client

from opening.models import EditionCount, Publication
from portal.accounts.services import create_api_key
from tests.cast import Cast
from tests.factories.opening import edition_in, resource_with_data

pytestmark = pytest.mark.django_db
ROWS = "/api/v1/opening/editions/jilin-streets/rows"
PUBLICATIONS = "/api/v1/opening/publications/"


@pytest.fixture
def edition(cast: Cast) -> Publication:
    return edition_in(cast)


def key_of(cast: Cast, name: str, *scopes: str) -> dict[str, Any]:
    _key, text = create_api_key(cast.actor(name), user=cast.user(name), name="test", scopes=scopes)
    return {"HTTP_AUTHORIZATION": f"Bearer {text}"}


def test_rows_need_no_key_and_hold_only_open_columns(client: Client, edition: Publication) -> None:
    answer = client.get(ROWS, {"filter": ["population:ge:20000"], "columns": "name,population", "order": "-population"})
    assert answer.status_code == 200
    data = answer.json()
    assert set(data) == {"rows", "fields", "total", "next"}
    assert data["total"] == 3
    assert data["rows"][0] == {"name": "南岭街道", "population": 48211}
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "RateLimit-Remaining" in answer
    assert client.get(ROWS, HTTP_IF_NONE_MATCH=client.get(ROWS)["ETag"]).status_code == 304
    assert set(client.get(ROWS).json()["rows"][0]) == {"code", "name", "population", "founded"}


@pytest.mark.parametrize("form", ["json", "csv", "parquet", "arrow"])
def test_rows_unchanged_are_not_sent_again_however_the_validator_is_written(
    client: Client, edition: Publication, form: str
) -> None:
    etag = client.get(ROWS, {"format": form})["ETag"]
    for header in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        again = client.get(ROWS, {"format": form}, HTTP_IF_NONE_MATCH=header)
        assert (again.status_code, again["ETag"]) == (304, etag)
    assert client.get(ROWS, {"format": form}, HTTP_IF_NONE_MATCH='"other"').status_code == 200


@pytest.mark.parametrize("form", ["json", "csv", "parquet", "arrow"])
def test_head_says_of_the_rows_what_get_says(client: Client, edition: Publication, form: str) -> None:
    got, told = client.get(ROWS, {"format": form}), client.head(ROWS, {"format": form})
    for name in ("ETag", "Content-Type"):
        assert told[name] == got[name]
    assert told.get("Content-Length", "") != "0"


@pytest.mark.parametrize("query", ["filter=", "limit=", "offset=", "limit=1&limit=2", f"q={'长' * 1001}"])
def test_a_parameter_without_its_value_is_refused_by_name(client: Client, edition: Publication, query: str) -> None:
    answer = client.get(f"{ROWS}?{query}")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, query.partition("=")[0])


def test_a_key_without_the_scope_sees_what_everybody_sees(cast: Cast, client: Client) -> None:
    draft = edition_in(cast, "draft")
    address = f"{PUBLICATIONS}{draft.name}/"
    assert client.get(address, **key_of(cast, "steward", "catalog:read")).status_code == 404
    assert client.get(address, **key_of(cast, "steward", "opening:read")).status_code == 200


def test_rows_page_by_cursor_to_the_end(client: Client, edition: Publication) -> None:
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        data = client.get(ROWS, {"limit": 2, "order": "name", **({"cursor": cursor} if cursor else {})}).json()
        seen += [row["code"] for row in data["rows"]]
        cursor = data["next"]
    assert len(seen) == len(set(seen)) == 5


def test_rows_stream_as_csv_and_are_counted_as_calls(client: Client, edition: Publication) -> None:
    answer = client.get(ROWS, {"format": "csv"})
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert len(rows) == 6
    client.get(ROWS)
    client.head(ROWS)
    assert list(EditionCount.objects.values_list("kind", "count")) == [("call", 2)]


def test_wrong_parameter_is_400_and_named(client: Client, edition: Publication) -> None:
    queries = {
        "columns=contact_person": "columns",
        "filter=contact_person:eq:张秘密": "filter",
        "order=contact_person": "order",
        "limit=99999": "limit",
        "format=pdf": "format",
        "size=3": "size",
    }
    for query, name in queries.items():
        answer = client.get(f"{ROWS}?{query}")
        assert answer.status_code == 400, query
        assert answer["Content-Type"].startswith("application/problem+json")
        assert [error["field"] for error in answer.json()["errors"]] == [name]


@pytest.mark.parametrize(("state", "status"), [("draft", 404), ("suspended", 404), ("withdrawn", 410)])
def test_rows_of_what_is_not_open_do_not_exist(cast: Cast, client: Client, state: str, status: int) -> None:
    edition_in(cast, state)
    assert client.get(ROWS).status_code == status
    assert client.get(f"{PUBLICATIONS}jilin-streets/").status_code == status


def test_public_list_shows_open_editions_without_their_resource(
    cast: Cast, client: Client, edition: Publication
) -> None:
    edition_in(cast, "draft", "second", edition.resource)
    data = client.get(PUBLICATIONS).json()
    assert [row["name"] for row in data["results"]] == ["jilin-streets"]
    assert "resource" not in data["results"][0]
    assert "resource" not in client.get(f"{PUBLICATIONS}jilin-streets/").json()
    own = client.get(PUBLICATIONS, **key_of(cast, "steward", "opening:write")).json()
    assert {row["name"] for row in own["results"]} == {"jilin-streets", "second"}


def test_edition_is_made_and_released_by_api(cast: Cast, client: Client) -> None:
    resource = resource_with_data(cast)
    officer, head = key_of(cast, "steward", "opening:write"), key_of(cast, "office_head", "opening:write")
    body = {"resource": resource.code.replace("/", "~"), "name": "api-made", "items": ["code", "name"]}
    json = {"content_type": "application/json"}
    assert client.post(PUBLICATIONS, body, **json).status_code in {401, 403}
    once = {"HTTP_IDEMPOTENCY_KEY": "k1"}
    made = client.post(PUBLICATIONS, body, **json, **officer, **once)
    assert made.status_code == 201
    assert made.json()["verbs"] == ["submit", "withdraw"]
    assert client.post(PUBLICATIONS, body, **json, **officer, **once).json() == made.json()
    assert client.post(PUBLICATIONS, body, **json, **officer).status_code == 409
    here = f"{PUBLICATIONS}api-made/"
    refused = client.post(f"{here}submit", {}, **json, **officer)
    assert (refused.status_code, refused.json()["code"]) == (400, "release_check")
    assert client.patch(here, {"license": "CC0-1.0"}, **json, **officer).status_code == 200
    assert client.post(f"{here}submit", {}, **json, **officer).json()["state"] == "submitted"
    assert client.post(f"{here}publish", {}, **json, **officer).status_code == 403
    assert client.post(f"{here}return", {}, **json, **head).json()["code"] == "reason_missing"
    assert client.post(f"{here}publish", {}, **json, **head).json()["state"] == "published"
    assert client.post(f"{here}publish", {}, **json, **head).status_code == 409
    assert client.post(f"{here}burn", {}, **json, **head).status_code == 404


def test_key_without_the_scope_writes_nothing(cast: Cast, client: Client) -> None:
    edition = edition_in(cast, "submitted")
    head = key_of(cast, "office_head", "catalog:read")
    answer = client.post(f"{PUBLICATIONS}{edition.name}/publish", {}, content_type="application/json", **head)
    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
