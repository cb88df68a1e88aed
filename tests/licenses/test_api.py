"""The API of licenses: the same verbs as the pages, with the result codes of the sharing interface."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.cache import cache
from rest_framework.test import APIClient

from licenses.models import License, LicenseType
from portal.accounts.models import Department, User
from portal.accounts.services import create_api_key
from portal.audit.models import Entry
from portal.kernel.actors import Actor, Duty
from tests.factories import licenses as make

ROOT = "/api/v1/licenses/"


def _caller(actor: Actor, *scopes: str) -> APIClient:
    user = User.objects.get(pk=actor.user_id or 0)
    _key, text = create_api_key(actor, user=user, name="test", scopes=scopes or ("licenses:read", "licenses:write"))
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    return client


@pytest.fixture
def api(officer: Actor) -> APIClient:
    """A client with the officer's key."""
    return _caller(officer)


def _body(type_: LicenseType, **changes: Any) -> dict[str, Any]:
    body = {
        "type": type_.code, "holder_name": "张秀兰", "holder_code_type": "111",
        "holder_code": make.identity_number(5), "attributes": make.VALUES,
    }  # fmt: skip
    return body | changes


def test_type_is_defined_published_and_used(api: APIClient, justice: Department) -> None:
    body = {
        "department": justice.uscc, "number": "009", "name_zh": "律师执业证", "holder_kind": "person",
        "holder_code_types": ["111"], "fields": make.FIELDS, "validity_months": 12,
    }  # fmt: skip
    made = api.post(f"{ROOT}types/", body, format="json")
    assert made.status_code == 201, made.content
    code = made.json()["code"]
    assert code == f"{justice.uscc}009"
    assert api.post(f"{ROOT}types/{code}/publish", {}, format="json").json()["version"] == 1
    assert api.post(f"{ROOT}types/{code}/publish", {}, format="json").json()["code"] == "unchanged"
    issued = api.post(ROOT, _body(LicenseType.objects.get(code=code)), format="json")
    assert issued.status_code == 201, issued.content
    assert issued.json()["holder"] == "张**"
    assert [row["identifier"] for row in api.get(ROOT).json()["results"]] == [issued.json()["identifier"]]
    retired = api.post(f"{ROOT}types/{code}/retire", {"reason": "停用"}, format="json")
    assert retired.json()["state"] == "retired"


def test_idempotency_key_issues_once(api: APIClient, lawyers: LicenseType) -> None:
    answers = [api.post(ROOT, _body(lawyers), format="json", headers={"Idempotency-Key": "k-1"}) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert License.objects.count() == 1


def test_content_is_given_only_when_asked_and_recorded(api: APIClient, license_: License) -> None:
    plain = api.get(f"{ROOT}{license_.identifier}/").json()
    assert "content" not in plain
    assert not Entry.objects.filter(action="licenses.license.reveal").exists()
    full = api.get(f"{ROOT}{license_.identifier}/?reveal=true").json()
    assert full["content"]["attributes"] == make.VALUES
    assert Entry.objects.filter(action="licenses.license.reveal").count() == 1


@pytest.mark.parametrize(
    ("verb", "body", "status", "state"),
    [
        ("withhold", {"reason": "核查", "basis": "示例条例"}, 200, "02"),
        ("withhold", {"reason": "核查"}, 400, "01"),
        ("revoke", {"reason": "虚假", "basis": "示例条例"}, 200, "03"),
        ("revoke_as_penalty", {"reason": "处罚", "basis": "示例条例"}, 200, "07"),
        ("cancel", {"reason": "申请"}, 200, "04"),
        ("cancel", {}, 400, "01"),
        ("resume", {"reason": "归还"}, 409, "01"),
        ("change", {"reason": "转所", "attributes": {"firm": "某所"}}, 200, "01"),
        ("renew", {"reason": "续期"}, 200, "01"),
        ("explode", {}, 404, "01"),
    ],
)
def test_verbs(api: APIClient, license_: License, verb: str, body: dict[str, str], status: int, state: str) -> None:
    answer = api.post(f"{ROOT}{license_.identifier}/{verb}", body, format="json")
    assert answer.status_code == status, answer.content
    license_.refresh_from_db()
    assert license_.state == state
    if status >= 400:
        assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"valid_from": "9999-12-31"}, "valid_from"),
        ({"attributes": {**make.VALUES, "firm": "a\x00"}}, "firm"),
        ({"attributes": {**make.VALUES, "firm": "\ud800"}}, "firm"),
    ],
)
def test_what_cannot_be_kept_is_named(
    api: APIClient, lawyers: LicenseType, changes: dict[str, Any], field: str
) -> None:
    body = json.dumps(_body(lawyers, **changes))
    answer = api.post(ROOT, body, content_type="application/json")
    assert answer.status_code == 400
    assert {error["field"] for error in answer.json()["errors"]} == {field}


def test_a_type_with_a_window_out_of_range_is_refused(api: APIClient, justice: Department) -> None:
    body = {
        "department": justice.uscc, "number": "009", "name_zh": "证", "holder_code_types": ["001"],
        "fields": make.FIELDS, "renew_window_days": 99_999_999,
    }  # fmt: skip
    answer = api.post(f"{ROOT}types/", body, format="json")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "renew_window_days")


def test_a_name_that_grows_too_long_is_refused(api: APIClient, license_: License) -> None:
    answer = api.post(
        f"{ROOT}{license_.identifier}/change", {"reason": "x", "holder_name": "\ufdfa" * 100}, format="json"
    )
    assert answer.status_code == 400


def test_strangers_get_404_and_keys_without_scope_403(api: APIClient, license_: License, officer: Actor) -> None:
    other = _caller(make.license_officer(make.department("长春市司法局")))
    assert other.get(f"{ROOT}{license_.identifier}/").status_code == 404
    assert other.post(f"{ROOT}{license_.identifier}/cancel", {"reason": "x"}, format="json").status_code == 404
    by_holder = {"type": license_.type.code, "holder_code_type": "111", "holder_code": "x", "cause": "核验"}
    elsewhere = _caller(officer, "catalog:read").post(f"{ROOT}verify/", by_holder, format="json")
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (403, "scope_missing")
    reader = _caller(officer, "licenses:read")
    assert reader.get(f"{ROOT}{license_.identifier}/").status_code == 200
    assert reader.post(f"{ROOT}{license_.identifier}/cancel", {"reason": "x"}, format="json").status_code == 403
    assert APIClient().get(ROOT).status_code == 401
    assert api.get(f"{ROOT}?colour=red").json()["code"] == "unknown_parameter"
    for wrong, name in ((f"{ROOT}?state=99", "state"), (f"{ROOT}{license_.identifier}/?reveal=maybe", "reveal")):
        answer = api.get(wrong)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, name)


def test_visitors_verify_by_code_and_by_name(license_: License) -> None:
    public = APIClient()
    code = license_.versions.get().public_id
    found = public.post(f"{ROOT}verify/", {"code": code}, format="json").json()
    assert (found["code"], found["outcome"], found["license"]["holder"]) == ("0", "valid", "张**")
    missing = public.post(f"{ROOT}verify/", {"code": code[::-1]}, format="json").json()
    assert (missing["code"], missing["outcome"], missing["license"]) == ("10", "not_found", None)
    named = {"identifier": license_.identifier, "holder_name": "张秀兰"}
    assert public.post(f"{ROOT}verify/", named, format="json").json()["code"] == "0"
    assert public.post(f"{ROOT}verify/", named | {"holder_name": "李四"}, format="json").json()["code"] == "10"
    unnamed = public.post(f"{ROOT}verify/", {"identifier": license_.identifier}, format="json")
    assert (unnamed.status_code, unnamed.json()["code"]) == (400, "12")


def test_officials_query_by_holder_with_a_cause(api: APIClient, lawyers: LicenseType, officer: Actor) -> None:
    code = make.identity_number(42)
    issued = make.issued(officer, lawyers, holder_code=code)
    query = {"type": lawyers.code, "holder_code_type": "111", "holder_code": code, "cause": "法律援助指派 2026-118"}

    def ask(**changes: str) -> tuple[int, str]:
        answer = api.post(f"{ROOT}verify/", query | changes, format="json")
        return answer.status_code, answer.json()["code"]

    found = api.post(f"{ROOT}verify/", query, format="json").json()
    assert [one["identifier"] for one in found["licenses"]] == [issued.identifier]
    assert ask(holder_code=make.identity_number(43)) == (200, "10")
    assert ask(cause="") == (400, "12")
    assert ask(cause=" ") == (400, "12")
    assert ask(cause="长" * 201) == (400, "invalid")
    assert ask(cause=" x" * 3, type="nothing") == (400, "113")
    assert ask(holder_code_type="000") == (400, "103")
    entry = Entry.objects.filter(action="licenses.type.query", outcome="done").first()
    assert entry is not None
    assert entry.reason == "法律援助指派 2026-118"
    assert code not in str(entry.details)
    cache.clear()
    stranger = _caller(make.actor(Duty.DATA_OFFICER, make.department("长春市司法局")))
    refused = stranger.post(f"{ROOT}verify/", query, format="json")
    assert (refused.status_code, refused.json()["code"]) == (403, "100")
    visitor = APIClient().post(f"{ROOT}verify/", query, format="json")
    assert (visitor.status_code, visitor.json()["code"]) == (401, "11")
    empty = APIClient().post(f"{ROOT}verify/", {}, format="json")
    assert (empty.status_code, empty.json()["code"]) == (400, "12")


def test_one_type_is_read_and_unknown_things_are_404(api: APIClient, lawyers: LicenseType) -> None:
    read = api.get(f"{ROOT}types/{lawyers.code}/").json()
    assert read["fields"][0]["key"] == "firm"
    assert [one["code"] for one in api.get(f"{ROOT}types/").json()["results"]] == [lawyers.code]
    assert api.get(f"{ROOT}types/nothing/").status_code == 404
    assert api.get(f"{ROOT}1.2.3/").status_code == 404
    assert api.post(ROOT, _body(lawyers, type="nothing"), format="json").json()["code"] == "113"
    assert api.post(ROOT, _body(lawyers, attributes={}), format="json").status_code == 400
