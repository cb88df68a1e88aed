"""The API toolkit: keys, problems, strict parameters, limits, idempotency, cursors."""

import base64
from typing import Any, ClassVar

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client, override_settings
from django.urls import path
from redis.exceptions import ConnectionError as RedisLost
from rest_framework.request import Request
from rest_framework.response import Response

from portal.accounts.models import Region, User
from portal.accounts.services import create_api_key
from portal.api.models import Idempotency
from portal.api.views import ApiView
from portal.kernel.errors import Invalid
from tests.cast import Cast

CALLS: list[str] = []


class Regions(ApiView):
    """A list and a write for the test."""

    read_scope: ClassVar[str] = "catalog:read"
    write_scope: ClassVar[str] = "catalog:write"

    def get(self, request: Request) -> Response:
        self.only(request, {"limit", "cursor"})
        return self.paged(request, Region.objects.all(), lambda region: {"code": region.code}, ordering="code")

    def post(self, request: Request) -> Response:
        if (given := self.once(request)) is not None:
            return given
        words: dict[str, Any] = dict(request.data)
        if words.get("crash"):
            raise ZeroDivisionError
        if words.get("bad"):
            raise Invalid(fields={"bad": ["Say it otherwise."]}, code="bad_word")
        CALLS.append(str(words.get("word")))
        return Response({"calls": len(CALLS)}, status=201, headers={"Location": f"/regions/{len(CALLS)}/"})


class People(ApiView):
    """A list by number."""

    def get(self, request: Request) -> Response:
        return self.paged(request, User.objects.all(), lambda user: {"name": user.username})


class Lost(ApiView):
    """Its database or Redis is away."""

    open_to_visitors: ClassVar[bool] = True

    def get(self, request: Request) -> Response:
        raise {"database": OperationalError, "redis": RedisLost}[request.query_params["what"]]


class Open(ApiView):
    """Open to everybody."""

    open_to_visitors: ClassVar[bool] = True
    parameters: ClassVar[frozenset[str] | None] = frozenset({"q"})

    def get(self, request: Request) -> Response:
        return Response({"name": self.actor.name})


urlpatterns = [
    path("regions/", Regions.as_view()),
    path("people/", People.as_view()),
    path("open/", Open.as_view()),
    path("api/open/", Open.as_view()),
    path("lost/", Lost.as_view()),
    path("api/lost/", Lost.as_view()),
]
handler500 = "portal.web.errors.server_error"
pytestmark = pytest.mark.urls(__name__)


@pytest.fixture(autouse=True)
def _no_calls() -> None:
    CALLS.clear()


def _key(cast: Cast, *scopes: str) -> dict[str, Any]:
    _row, text = create_api_key(cast.actor("holder"), user=cast.user("holder"), name="t", scopes=scopes)
    return {"HTTP_AUTHORIZATION": f"Bearer {text}"}


def test_without_or_with_a_wrong_key_the_answer_is_401_with_a_challenge(cast: Cast) -> None:
    for headers in ({}, {"HTTP_AUTHORIZATION": "Bearer sh_wrong"}, {"HTTP_AUTHORIZATION": "Bearer"}):
        answer = Client().get("/regions/", **headers)  # type: ignore[arg-type]  # headers of the test client
        assert answer.status_code == 401
        assert answer["Content-Type"] == "application/problem+json"
        assert answer["WWW-Authenticate"].startswith("Bearer")
        assert answer.json()["status"] == 401


def test_a_key_does_only_what_its_scopes_say(cast: Cast) -> None:
    headers = _key(cast, "catalog:read")
    assert Client().get("/regions/", **headers).status_code == 200
    refused = Client().post("/regions/", {}, "application/json", **headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")


def test_lists_page_by_cursor(cast: Cast) -> None:
    headers = _key(cast, "catalog:read")
    seen: list[str] = []
    address: str | None = "/regions/?limit=3"
    while address:
        page = Client().get(address, **headers).json()
        seen += [row["code"] for row in page["results"]]
        address = page["next"]
    assert seen == sorted(Region.objects.values_list("code", flat=True))


def test_a_parameter_nobody_reads_is_named(cast: Cast) -> None:
    answer = Client().get("/open/", {"qq": "1"})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "qq"


def test_a_refusal_lists_its_fields(cast: Cast) -> None:
    answer = Client().post("/regions/", {"bad": 1}, "application/json", **_key(cast, "catalog:write"))
    assert answer.status_code == 400
    body = answer.json()
    assert (body["code"], body["errors"]) == ("bad_word", [{"field": "bad", "message": "Say it otherwise."}])


def test_a_write_under_a_key_happens_once(cast: Cast) -> None:
    headers = {**_key(cast, "catalog:write"), "HTTP_IDEMPOTENCY_KEY": "k-1"}
    first = Client().post("/regions/", {"word": "a"}, "application/json", **headers)
    again = Client().post("/regions/", {"word": "a"}, "application/json", **headers)
    assert (first.status_code, first.json()) == (again.status_code, again.json()) == (201, {"calls": 1})
    assert again["Idempotent-Replayed"] == "true"
    other = Client().post("/regions/", {"word": "b"}, "application/json", **headers)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    Idempotency.objects.update(status=None)
    running = Client().post("/regions/", {"word": "a"}, "application/json", **headers)
    assert running.json()["code"] == "idempotency_in_progress"
    assert CALLS == ["a"]


def test_a_repeat_tells_where_the_thing_is_too(cast: Cast) -> None:
    headers = {**_key(cast, "catalog:write"), "HTTP_IDEMPOTENCY_KEY": "k-2"}
    answers = [Client().post("/regions/", {"word": "a"}, "application/json", **headers) for _n in range(2)]
    assert [answer["Location"] for answer in answers] == ["/regions/1/"] * 2


def test_a_body_of_no_told_length_is_refused_and_not_taken_for_none(cast: Cast) -> None:
    headers = {**_key(cast, "catalog:write"), "HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_LENGTH": ""}
    answer = Client().post("/regions/", {"word": "a"}, "application/json", **headers)
    assert (answer.status_code, answer.json()["code"]) == (411, "length_required")
    assert CALLS == []


@pytest.mark.parametrize("name", ["limit", "cursor"])
def test_a_list_is_not_asked_for_two_pages_at_once(cast: Cast, name: str) -> None:
    answer = Client().get(f"/regions/?{name}=1&{name}=2", **_key(cast, "catalog:read"))
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, name)


@pytest.mark.parametrize("what", ["database", "redis"])
@pytest.mark.parametrize("address", ["/api/lost/", "/lost/"])
def test_an_outage_is_told_as_one_that_passes(what: str, address: str) -> None:
    answer = Client(raise_request_exception=False).get(address, {"what": what})
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    if address.startswith("/api/"):
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["code"] == "unavailable"
    else:
        assert b"<h1>" in answer.content


def test_a_key_that_is_too_long_is_refused(cast: Cast) -> None:
    headers = {**_key(cast, "catalog:write"), "HTTP_IDEMPOTENCY_KEY": "k" * 201}
    assert Client().post("/regions/", {}, "application/json", **headers).status_code == 400


def test_too_many_calls_are_told_when_to_come_back(cast: Cast) -> None:
    with override_settings(API_LIMITS={"visitor": 2}):
        answers = [Client().get("/open/") for _n in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[0]["RateLimit-Limit"] == "2"
    assert answers[1]["RateLimit-Remaining"] == "0"
    assert int(answers[2]["Retry-After"]) > 0
    assert answers[2]["RateLimit-Remaining"] == "0"


def test_calls_are_taken_in_blocks_and_never_beyond_the_limit(cast: Cast) -> None:
    with override_settings(API_LIMITS={"visitor": 105}):
        answers = [Client().get("/open/") for _n in range(107)]
    assert [answer.status_code for answer in answers] == [200] * 105 + [429] * 2
    left = [int(answer["RateLimit-Remaining"]) for answer in answers]
    assert left == [*range(104, -1, -1), 0, 0]


def test_what_another_process_took_is_not_given_again(cast: Cast) -> None:
    with override_settings(API_LIMITS={"visitor": 100}):
        assert Client().get("/open/").status_code == 200
        [key] = [name.split(":", 2)[2] for name in cache._cache if "limit:api" in name]
        cache.set(key, 99)
        answers = [Client().get("/open/") for _n in range(4)]
    # One of the block that was taken, the one that is left in common, and no more.
    assert [answer.status_code for answer in answers] == [200, 200, 429, 429]
    assert [answer["RateLimit-Remaining"] for answer in answers] == ["98", "0", "0", "0"]


@pytest.mark.parametrize("limit", ["0", "-1", "abc", "10001", "1" * 5000, "", "٣"])
def test_a_limit_out_of_range_is_named(cast: Cast, limit: str) -> None:
    answer = Client().get("/regions/", {"limit": limit}, **_key(cast, "catalog:read"))
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "limit"


@pytest.mark.parametrize("cursor", ["abc", "cD1hYmM=", "bz14", "%%%", "cj0xJnA9AA=="])
def test_a_damaged_cursor_is_named_or_finds_its_place(cast: Cast, cursor: str) -> None:
    answer = Client().get("/regions/", {"cursor": cursor}, **_key(cast, "catalog:read"))
    assert answer.status_code in {200, 400}
    if answer.status_code == 400:
        assert answer.json()["errors"][0]["field"] == "cursor"


def test_a_cursor_that_is_no_number_is_named(cast: Cast) -> None:
    cursor = base64.b64encode(b"p=abc").decode()
    answer = Client().get("/people/", {"cursor": cursor}, **_key(cast, "catalog:read"))
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "cursor")


def test_a_null_character_is_refused_by_name(cast: Cast) -> None:
    answer = Client().get("/api/open/?q=a%00b")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "q")


def test_a_fault_of_ours_frees_the_key(cast: Cast) -> None:
    headers = {**_key(cast, "catalog:write"), "HTTP_IDEMPOTENCY_KEY": "k-2"}
    client = Client(raise_request_exception=False)
    assert client.post("/regions/", {"crash": True}, "application/json", **headers).status_code == 500
    assert not Idempotency.objects.exists()


def test_a_form_with_a_file_happens_once_under_a_key(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=False)
    client.force_login(cast.user("holder"), backend="django.contrib.auth.backends.ModelBackend")
    for _time in range(2):
        file = SimpleUploadedFile("a.csv", b"a\n1\n")
        answer = client.post("/regions/", {"word": "a", "file": file}, HTTP_IDEMPOTENCY_KEY="k-3")
        assert (answer.status_code, answer.json()) == (201, {"calls": 1})
    other = client.post(
        "/regions/", {"word": "a", "file": SimpleUploadedFile("a.csv", b"b")}, HTTP_IDEMPOTENCY_KEY="k-3"
    )
    assert other.json()["code"] == "idempotency_key_reused"


def test_a_body_too_large_or_too_deep_is_refused(cast: Cast) -> None:
    headers = _key(cast, "catalog:write")
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=1000):
        assert Client().post("/regions/", {"word": "a" * 2000}, "application/json", **headers).status_code == 413
    deep = "[" * 200_000
    assert Client().post("/regions/", deep, "application/json", **headers).status_code == 400


def test_what_a_key_reads_is_kept_by_no_cache(cast: Cast) -> None:
    assert Client().get("/regions/", **_key(cast, "catalog:read"))["Cache-Control"] == "private, no-store"


def test_an_unknown_address_of_the_api_answers_with_a_problem(client: Client) -> None:
    answer = client.get("/api/v1/no-such-thing/")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert answer.json()["status"] == 404


def test_a_session_writes_only_with_the_csrf_token(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.user("holder"), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/open/").json() == {"name": "王小芳"}
    assert client.post("/regions/", {"word": "a"}, "application/json").status_code == 403
