"""The API: create, read, change, items, files, verbs, search; parity with the pages."""

from typing import Any
from unittest.mock import patch

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from catalog.models import Resource, Upload
from catalog.services.versions import check_upload
from portal.accounts.services import create_api_key
from portal.audit.models import Entry
from portal.kernel.actors import system_actor
from tests.cast import Cast
from tests.factories.catalog import COMPLETE, ITEMS, draft, resource_in

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/catalog/resources/"


def at(resource: Resource) -> str:
    return f"{ROOT}{resource.address}/"


def call(cast: Cast, name: str, method: str, url: str, data: Any = None, **headers: Any) -> Any:
    client: Client = cast.client(name)
    if method == "get":
        return client.get(url, data or {}, **headers)
    return getattr(client, method)(url, data or {}, content_type="application/json", **headers)


def test_words_longer_than_any_title_are_refused(cast: Cast) -> None:
    answer = call(cast, "steward", "get", ROOT, {"q": "政" * 900})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "q")


def test_a_value_the_database_cannot_hold_is_refused(cast: Cast) -> None:
    for body in ({"provider": "a\x00"}, {"provider": cast.provider.uscc, "category": "a\x00"}):
        answer = call(cast, "steward", "post", ROOT, {"title_zh": "接口资源", **body})
        assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


def test_resource_is_made_described_and_published_by_api(cast: Cast) -> None:
    made = call(cast, "steward", "post", ROOT, {"provider": cast.provider.uscc, "title_zh": "接口资源"})
    assert made.status_code == 201, made.content
    url = made["Location"]
    changed = call(cast, "steward", "patch", url, {**COMPLETE, "category": "103", "theme": "community-governance"})
    assert changed.status_code == 200, changed.content
    assert changed.json()["theme"]["slug"] == "community-governance"
    items = call(cast, "steward", "put", f"{url}items/", {"items": list(ITEMS)})
    assert items.status_code == 200, items.content
    assert [item["code"] for item in items.json()["items"]] == ["code", "name", "contact"]
    for name, verb, state in (
        ("steward", "submit", "submitted"),
        ("office_head", "approve", "in_review"),
        ("coordinator", "publish", "published"),
    ):
        moved = call(cast, name, "post", url + verb)
        assert (moved.status_code, moved.json()["state"]) == (200, state)
    seen = call(cast, "holder", "get", url).json()
    assert (seen["state"], seen["grade"], seen["verbs"]) == ("published", 3, [])


def test_a_field_that_nobody_reads_is_refused_by_name(cast: Cast) -> None:
    """A slip of the pen must not look like a change that was made."""
    made = call(cast, "steward", "post", ROOT, {"provider": cast.provider.uscc, "title_zh": "接口资源"})
    wrong = call(cast, "steward", "patch", made["Location"], {"abstrct_zh": "摘要"})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (400, "abstrct_zh")
    items = {"items": [{"name_zh": "代码", "lenght": 3}]}
    wrong = call(cast, "steward", "put", f"{made['Location']}items/", items)
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (400, "items.0.lenght")


def test_incomplete_submission_names_every_gap(cast: Cast) -> None:
    made = call(cast, "steward", "post", ROOT, {"provider": cast.provider.uscc, "title_zh": "草稿"})
    answer = call(cast, "steward", "post", f"{made['Location']}submit")
    assert answer.status_code == 400
    body = answer.json()
    assert body["code"] == "incomplete"
    assert {"abstract_zh", "items", "secrecy_assessment"} <= {error["field"] for error in body["errors"]}


@pytest.mark.parametrize(
    ("name", "state", "verb", "status"),
    [
        ("outsider", "draft", "submit", 404),
        ("office_head", "draft", "submit", 403),
        ("steward", "published", "submit", 409),
        ("office_head", "submitted", "return", 400),
        ("steward", "draft", "dance", 404),
        ("visitor", "published", "retire", 401),
    ],
)
def test_refusals_have_their_status(cast: Cast, name: str, state: str, verb: str, status: int) -> None:
    assert call(cast, name, "post", at(resource_in(cast, state)) + verb).status_code == status


def test_page_and_api_leave_the_same_record(cast: Cast) -> None:
    by_page, by_api = resource_in(cast, "draft", "甲"), resource_in(cast, "draft", "乙")
    assert cast.client("steward").post(f"{by_page.get_absolute_url()}act/submit/").status_code == 302
    assert call(cast, "steward", "post", at(by_api) + "submit").status_code == 200
    by_page.refresh_from_db()
    by_api.refresh_from_db()
    assert by_page.state == by_api.state == "submitted"
    entries = [Entry.objects.get(action="catalog.submit", object_id=str(r.pk)) for r in (by_page, by_api)]
    assert entries[0].details == entries[1].details


def test_list_searches_filters_and_pages(cast: Cast) -> None:
    for number in range(3):
        resource_in(cast, "published", f"街道资源{number}")
    body = call(cast, "holder", "get", ROOT, {"q": "jiedao", "cycle": "7", "limit": 2}).json()
    assert len(body["results"]) == 2
    assert call(cast, "holder", "get", body["next"]).json()["results"][0]["title_zh"] == "街道资源0"
    assert call(cast, "holder", "get", ROOT, {"wrong": "1"}).status_code == 400
    assert call(cast, "holder", "get", ROOT, {"cycle": "77"}).status_code == 400
    assert call(cast, "visitor", "get", ROOT).status_code == 401


def test_file_is_handed_in_and_watched_by_api(cast: Cast) -> None:
    resource = draft(cast.actor("steward"), cast.provider)
    content = "街道代码,街道名称,联系人\n220102001,南岭,张三\n".encode()
    with patch("catalog.receivers.check_upload.delay_on_commit"):
        given = cast.client("steward").post(
            f"{at(resource)}versions/", {"file": SimpleUploadedFile("s.csv", content), "note": "首版"}
        )
    assert given.status_code == 202, given.content
    check_upload(system_actor("test"), upload_id=Upload.objects.get().pk)
    watched = call(cast, "steward", "get", given["Location"]).json()
    assert (watched["state"], watched["version"]) == ("accepted", 1)
    assert call(cast, "outsider", "get", given["Location"]).status_code == 404
    assert call(cast, "steward", "get", f"{at(resource)}versions/").json()["versions"][0]["rows"] == 1
    assert call(cast, "steward", "get", f"{at(resource)}quality/").json()["rows"] == 1


def test_quality_needs_the_right_to_rows_and_data(cast: Cast) -> None:
    resource = resource_in(cast, "published")
    assert call(cast, "holder", "get", f"{at(resource)}quality/").status_code == 404
    assert call(cast, "steward", "get", f"{at(resource)}quality/").status_code == 404


def test_key_needs_the_scope_and_repeats_give_the_same_answer(cast: Cast) -> None:
    _key, secret = create_api_key(cast.actor("steward"), user=cast.user("steward"), name="k", scopes=["catalog:write"])
    client, headers = Client(), {"Authorization": f"Bearer {secret}", "Idempotency-Key": "one"}
    data = {"provider": cast.provider.uscc, "title_zh": "一次"}
    first = client.post(ROOT, data, content_type="application/json", headers=headers)
    again = client.post(ROOT, data, content_type="application/json", headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["code"] == again.json()["code"]
    assert Resource.objects.count() == 1
    assert client.get(ROOT, HTTP_AUTHORIZATION=f"Bearer {secret}").status_code == 403
