"""The API of corrections: the same rules as the pages, once under an Idempotency-Key."""

from io import BytesIO
from typing import Any

import pytest

from sharing.models import Correction, Grant
from tests.cast import Cast
from tests.factories import sharing as made
from tests.sharing.test_api import KeyClient

pytestmark = pytest.mark.django_db
LINE = {"row": {"code": "220302001"}, "item": "contact", "seen": "张三", "expected": "张珊"}


def report(grant: Grant, **fields: Any) -> dict[str, Any]:
    return {"grant": grant.number, "statement": "与身份证件核对。", "lines": [LINE], **fields}


def test_a_correction_is_filed_once_read_and_withdrawn(cast: Cast) -> None:
    grant, key = made.grant(cast), KeyClient(cast, "holder")
    created = key.send("POST", "/corrections/", report(grant), **{"Idempotency-Key": "one"})
    assert created.status_code == 201, created.content
    assert key.send("POST", "/corrections/", report(grant), **{"Idempotency-Key": "one"}).json() == created.json()
    assert Correction.objects.count() == 1
    number = created.json()["number"]
    read = key.get(f"/corrections/{number}/").json()
    assert read["lines"] == [
        {"line": 1, "confirmed": None, "outcome": None, "is_masked": False, **LINE},
    ]
    assert read["verbs"] == ["withdraw"]
    assert read["due_on"] > read["filed_at"][:10]
    assert key.send("POST", "/corrections/", report(grant)).status_code == 409
    done = key.send("POST", f"/corrections/{number}/withdraw", {"reason": "看错了"})
    assert done.json()["state"] == "withdrawn"


def test_the_provider_answers(cast: Cast) -> None:
    correction = made.correction_in(cast, "filed")
    key = KeyClient(cast, "steward")
    base = f"/corrections/{correction.number}"
    assert key.send("POST", f"{base}/confirm").status_code == 409
    assert key.send("POST", f"{base}/verify").json()["verbs"] == ["confirm", "refuse"]
    assert key.send("POST", f"{base}/refuse").json()["code"] == "reason_missing"
    assert key.send("POST", f"{base}/confirm", {"lines": [7]}).status_code == 400
    assert key.send("POST", f"{base}/confirm", {"lines": [1]}).json()["state"] == "confirmed"
    assert key.send("POST", f"{base}/correct", {"reason": "x"}).json()["code"] == "no_later_version"
    assert key.send("POST", f"{base}/receive").status_code == 403
    assert key.send("POST", f"{base}/dance").status_code == 404


def test_evidence_by_form(cast: Cast) -> None:
    correction = made.correction_in(cast, "filed")
    key = KeyClient(cast, "holder")
    file = BytesIO(b"%PDF-1.7")
    file.name = "a.pdf"
    answer = key.form(f"/corrections/{correction.number}/documents/", {"file": file})
    assert answer.status_code == 201
    assert [one["name"] for one in answer.json()["documents"]] == ["a.pdf"]


@pytest.mark.parametrize(
    "change",
    [
        {"lines": []},
        {"lines": [{**LINE, "seen": {"a": 1}}]},
        {"lines": [{**LINE, "item": "city"}]},
        {"lines": [{key: LINE[key] for key in ("row", "item", "expected")}]},
        {"statement": ""},
        {"version": 7},
    ],
)
def test_wrong_reports_are_400(cast: Cast, change: dict[str, Any]) -> None:
    answer = KeyClient(cast, "holder").send("POST", "/corrections/", report(made.grant(cast), **change))
    assert answer.status_code == 400, answer.content
    assert not Correction.objects.exists()


def test_lists_are_filtered_and_scopes_asked(cast: Cast) -> None:
    correction = made.correction_in(cast, "filed")
    key = KeyClient(cast, "steward", "sharing:read")
    for query, count in (("", 1), ("?state=filed", 1), ("?side=filed", 0), ("?waiting=true", 1), ("?late=true", 0)):
        rows = key.get(f"/corrections/{query}").json()["results"]
        assert len(rows) == count, query
        assert all("lines" not in row for row in rows)
    for query in ("?state=x", "?side=x", "?late=1", "?colour=red"):
        assert key.get(f"/corrections/{query}").status_code == 400
    answer = key.send("POST", f"/corrections/{correction.number}/verify")
    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
    assert KeyClient(cast, "outsider").get(f"/corrections/{correction.number}/").status_code == 404


def test_overseers_get_no_values(cast: Cast) -> None:
    correction = made.correction_in(cast, "confirmed")
    read = KeyClient(cast, "coordinator").get(f"/corrections/{correction.number}/").json()
    assert (read["statement"], read["grant"], read["documents"]) == (None, None, [])
    assert read["lines"] == [{"line": 1, "item": "contact", "confirmed": True, "outcome": None}]
