"""The API of sharing: keys and scopes, the same verbs as the pages, exactly the granted rows."""

from typing import Any

import pytest
from django.test import Client

from portal.accounts.services import create_api_key
from portal.audit.models import Entry
from sharing.models import Request
from tests.cast import Cast
from tests.factories import sharing as made

pytestmark = pytest.mark.django_db
BASE = "/api/v1/sharing"


class KeyClient:
    """Calls the API with a key of one of the cast."""

    def __init__(self, cast: Cast, name: str, *scopes: str) -> None:
        chosen = scopes or ("sharing:read", "sharing:write")
        _key, text = create_api_key(cast.actor(name), user=cast.user(name), name="test", scopes=chosen)
        self._client, self._headers = Client(), {"Authorization": f"Bearer {text}"}

    def get(self, path: str, **headers: str) -> Any:
        return self._client.get(f"{BASE}{path}", headers={**self._headers, **headers})

    def send(self, method: str, path: str, data: Any = None, **headers: str) -> Any:
        return self._client.generic(
            method, f"{BASE}{path}", _json(data), content_type="application/json", headers={**self._headers, **headers}
        )

    def form(self, path: str, data: dict[str, Any]) -> Any:
        return self._client.post(f"{BASE}{path}", data, headers=self._headers)


def _json(data: Any) -> str:
    import json  # noqa: PLC0415 - only here

    return json.dumps(data or {})


def test_no_key_is_401(cast: Cast) -> None:
    assert Client().get(f"{BASE}/requests/").status_code == 401


def test_key_without_scope_is_403(cast: Cast) -> None:
    request = made.request_in(cast, "draft")
    reader = KeyClient(cast, "holder", "sharing:read")
    assert reader.get(f"/requests/{request.number}/").status_code == 200
    answer = reader.send("POST", f"/requests/{request.number}/submit")
    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
    assert KeyClient(cast, "holder", "catalog:read").get("/requests/").status_code == 403


def test_a_request_is_written_changed_and_submitted(cast: Cast) -> None:
    resource = made.resource(cast, data="")
    key = KeyClient(cast, "holder")
    data = {"resource": resource.code.replace("/", "~"), "items": ["code"], **made.STATEMENTS}
    created = key.send("POST", "/requests/", data, **{"Idempotency-Key": "one"})
    assert created.status_code == 201
    assert key.send("POST", "/requests/", data, **{"Idempotency-Key": "one"}).json() == created.json()
    assert Request.objects.count() == 1
    number = created.json()["number"]
    gaps = key.send("POST", f"/requests/{number}/submit")
    assert (gaps.status_code, gaps.json()["code"]) == (400, "incomplete")
    assert gaps.json()["errors"][0]["field"] == "valid_until"
    assert key.send("PATCH", f"/requests/{number}/", {"valid_until": "2027-06-30"}).status_code == 200
    done = key.send("POST", f"/requests/{number}/submit").json()
    assert (done["state"], done["verbs"]) == ("consent_pending", ["withdraw"])


def test_unknown_parameter_and_verb_are_refused(cast: Cast) -> None:
    request = made.request_in(cast, "draft")
    key = KeyClient(cast, "holder")
    assert key.get("/requests/?colour=red").status_code == 400
    assert key.get("/requests/?state=nonsense").status_code == 400
    assert key.send("POST", f"/requests/{request.number}/dance").status_code == 404
    assert key.send("POST", f"/requests/{request.number}/open").status_code == 404


def test_rows_are_exactly_the_granted_ones(cast: Cast) -> None:
    grant = made.grant(cast, items=["code", "contact"], rows=[{"item": "city", "op": "eq", "value": "2203"}])
    key = KeyClient(cast, "holder")
    path = f"/grants/{grant.number}/rows"
    answer = key.get(path)
    assert answer.json()["rows"] == [
        {"code": "220302001", "contact": "张三"},
        {"code": "220302002", "contact": "李四"},
    ]
    assert answer.json()["total"] == 2
    assert [row["contact"] for row in key.get(f"{path}?order=-code&limit=1").json()["rows"]] == ["李四"]
    assert key.get(f"{path}?filter=code:eq:220102001").json()["total"] == 0
    for query in ("columns=name", "columns=city", "filter=city:eq:2201", "order=name"):
        assert key.get(f"{path}?{query}").status_code in {400, 403}
    assert key.get(f"{path}?colour=red").status_code == 400
    assert key.get(f"{path}?format=exe").status_code == 400
    sheet = b"".join(key.get(f"{path}?format=csv").streaming_content).decode()
    assert sheet.splitlines() == ["code,contact", "220302001,张三", "220302002,李四"]


def test_paging_by_cursor_and_etag(cast: Cast) -> None:
    grant = made.grant(cast)
    key = KeyClient(cast, "holder")
    path = f"/grants/{grant.number}/rows?limit=3"
    first = key.get(path)
    rest = key.get(f"{path}&cursor={first.json()['next']}")
    assert [len(first.json()["rows"]), len(rest.json()["rows"]), rest.json()["next"]] == [3, 1, None]
    assert key.get(path, **{"If-None-Match": first["ETag"]}).status_code == 304


def test_each_read_is_in_the_ledger_and_the_audit_record(cast: Cast) -> None:
    grant = made.grant(cast)
    KeyClient(cast, "holder").get(f"/grants/{grant.number}/rows?columns=code")
    use = grant.uses.get()
    assert (use.actor_name, use.row_count, use.columns, use.form) == ("王小芳", 4, ["code"], "page")
    entry = Entry.objects.get(action="gate.disclose", object_id=str(grant.pk))
    assert (entry.details["number"], entry.details["rows"]) == (grant.number, 4)


@pytest.mark.parametrize(
    ("name", "status"), [("outsider", 404), ("auditor", 404), ("steward", 403), ("coordinator", 403)]
)
def test_others_get_nothing(cast: Cast, name: str, status: int) -> None:
    grant = made.grant(cast)
    answer = KeyClient(cast, name).get(f"/grants/{grant.number}/rows")
    assert answer.status_code == status
    assert not grant.uses.exists()


def test_verb_does_the_same_as_the_button(cast: Cast) -> None:
    """Parity: state, audit record and family of the status are the same both ways."""
    resource = made.resource(cast, data="")
    story: tuple[tuple[str, str, dict[str, str]], ...] = (
        ("holder", "submit", {}),
        ("holder_head", "consent", {}),
        ("steward", "refuse", {}),
        ("outsider", "refuse", {"reason": "x"}),
        ("steward", "return", {"reason": "请补充"}),
        ("steward", "approve", {}),
        ("holder", "submit", {}),
    )
    by_page, by_api = (made.request_in(cast, "draft", resource) for _way in range(2))
    keys = {name: KeyClient(cast, name) for name in ("holder", "holder_head", "steward", "outsider")}
    for name, verb, data in story:
        page = cast.client(name).post(f"/sharing/requests/{by_page.number}/{verb}/", data)
        api = keys[name].send("POST", f"/requests/{by_api.number}/{verb}", data)
        for request in (by_page, by_api):
            request.refresh_from_db()
        assert by_page.state == by_api.state
        assert (page.status_code // 100 == 4) == (api.status_code // 100 == 4), (name, verb)
        if page.status_code // 100 == 4:
            assert page.status_code == api.status_code, (name, verb)
    acts = [
        list(
            Entry.objects.filter(object_type="sharing.request", object_id=str(r.pk))
            .order_by("id")
            .values_list("action", "outcome")
        )
        for r in (by_page, by_api)
    ]
    assert acts[0] == acts[1]


def test_suspending_by_api(cast: Cast) -> None:
    grant = made.grant(cast)
    key = KeyClient(cast, "coordinator")
    assert key.send("POST", f"/grants/{grant.number}/suspend").status_code == 400
    assert key.send("POST", f"/grants/{grant.number}/suspend", {"reason": "核查"}).json()["state"] == "suspended"
    answer = KeyClient(cast, "holder").get(f"/grants/{grant.number}/rows")
    assert (answer.status_code, answer.json()["code"]) == (403, "grant_suspended")
