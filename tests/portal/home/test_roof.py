"""Front page, desk, one's own side, developer centre: composed from the apps, open to whom they concern."""

import re
from typing import Any

import pytest
from django.test import Client

from portal.accounts.models import ApiKey
from portal.home.reference import parts_of
from portal.home.selectors import Desk, waiting_count
from tests.cast import Cast
from tests.factories.opening import edition_in
from tests.factories.sharing import request_in

pytestmark = pytest.mark.django_db


def test_front_page_counts_from_the_records(client: Client, cast: Cast) -> None:
    edition_in(cast)
    page = client.get("/").content.decode()
    assert re.search(r"<b>1</b><a href=\"/dataset/\">", page)
    assert 'href="/dataset/jilin-streets"' in page


def test_front_page_needs_few_queries(client: Client, cast: Cast, django_assert_max_num_queries: Any) -> None:
    edition_in(cast)
    with django_assert_max_num_queries(8):
        client.get("/")


def test_desk_shows_what_waits_and_with_whom(cast: Cast) -> None:
    asked = request_in(cast, "with_provider")
    page = cast.client("steward").get("/desk/").content.decode()
    assert f'data-number="{asked.number}"' in page
    assert 'role="status"' in page
    assert asked.number in cast.client("holder").get("/desk/?tab=started").content.decode()
    assert asked.number not in cast.client("outsider").get("/desk/").content.decode()


def test_desk_counts_only_what_waits(cast: Cast) -> None:
    request_in(cast, "with_provider")
    assert waiting_count(cast.actor("steward")) >= 1
    board = Desk(cast.actor("holder"))
    assert [task.group for task in board.of("started")] == ["started"] * len(board.of("started"))
    assert waiting_count(cast.actor("visitor")) == 0


def test_desk_shows_what_one_did(cast: Cast) -> None:
    request_in(cast, "with_provider")
    page = cast.client("holder").get("/desk/?tab=done").content.decode()
    assert "Submitted" in page or "提交" in page


def test_desk_refuses_unknown_tabs_and_sends_visitors_to_sign_in(cast: Cast) -> None:
    assert cast.client("holder").get("/desk/?tab=x").status_code == 400
    assert cast.client("visitor").get("/desk/")["Location"].startswith("/accounts/login/")


def test_empty_desk_says_so(cast: Cast) -> None:
    page = cast.client("outsider").get("/desk/", headers={"Accept-Language": "en"}).content.decode()
    assert "Nothing waits for you" in page


def test_a_key_is_shown_once_and_ends_at_once_when_revoked(cast: Cast) -> None:
    client = cast.client("holder")
    made = client.post("/me/keys/", {"name": "nightly", "scopes": ["sharing:read"], "days": "30"})
    found = re.search(r"sh_[\w-]{40,}", made.content.decode())
    assert found
    assert "no-store" in made["Cache-Control"]
    assert found[0] not in client.get("/me/").content.decode()
    key = ApiKey.objects.get(user=cast.user("holder"))
    assert cast.client("outsider").post(f"/me/keys/{key.pk}/revoke/").status_code == 404
    assert client.post(f"/me/keys/{key.pk}/revoke/").status_code == 302
    key.refresh_from_db()
    assert key.revoked_at is not None


def test_a_key_without_scope_is_refused_with_words(cast: Cast) -> None:
    answer = cast.client("holder").post("/me/keys/", {"name": "x", "days": "30"})
    assert answer.status_code == 400
    assert ApiKey.objects.count() == 0


def test_developer_pages_open_and_unknown_parts_do_not(client: Client) -> None:
    assert client.get("/developers/").status_code == 200
    assert client.get("/developers/api/").status_code == 200
    assert client.get("/developers/api/?part=nothing").status_code == 404


def test_developers_see_how_programs_load_a_dataset_that_exists(cast: Cast, client: Client) -> None:
    edition = edition_in(cast)
    page = client.get("/developers/").content.decode()
    assert f"songhua.share#open.{edition.resource.provider.slug}.{edition.name}" in page
    assert f"iceberg/{edition.name}/current.metadata.json" in page
    assert 'href="/developers/songhua.share"' in page


def test_reference_reads_parameters_bodies_and_keys() -> None:
    schema = {
        "paths": {
            "/api/v1/sharing/requests/": {
                "post": {
                    "description": "Ask for data.\nFive statements.",
                    "parameters": [{"name": "q", "in": "query", "schema": {"type": "integer", "format": "int64"}}],
                    "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Ask"}}}},
                    "responses": {"201": {"description": "Made."}},
                    "security": [{"key": []}],
                }
            }
        },
        "components": {
            "schemas": {
                "Ask": {
                    "required": ["scope"],
                    "properties": {
                        "scope": {"type": "string"},
                        "items": {"type": "array", "items": {"type": ["string", "null"]}},
                        "method": {"allOf": [{"$ref": "#/components/schemas/Method"}]},
                    },
                },
                "Method": {"enum": ["file", "interface"]},
            }
        },
    }
    (part,) = parts_of(schema)
    (operation,) = part.operations
    assert (part.name, operation.method, operation.title, operation.text) == (
        "sharing",
        "POST",
        "Ask for data.",
        "Five statements.",
    )
    assert operation.needs_key
    assert operation.anchor == "post-api-v1-sharing-requests-"
    assert operation.parameters[0].kind == "integer (int64)"
    assert [(one.name, one.kind, one.is_required) for one in operation.body] == [
        ("scope", "string", True),
        ("items", "[string | null]", False),
        ("method", "file | interface", False),
    ]


def test_sitemap_lists_datasets_and_departments(client: Client, cast: Cast) -> None:
    edition_in(cast)
    answer = client.get("/sitemap.xml")
    assert answer["Content-Type"].startswith("application/xml")
    assert "<loc>http://testserver/dataset/jilin-streets</loc><lastmod>" in answer.content.decode()
    assert "/organization/provider</loc>" in answer.content.decode()
