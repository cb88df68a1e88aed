"""Quality by the API: scores for all, lines for those who may see rows."""

from typing import Any

import pytest

from catalog.models import Resource
from catalog.services import quality as services
from tests.cast import Cast
from tests.catalog.quality.handing import DIRTY, column, hand_in

pytestmark = pytest.mark.django_db


def test_api_gives_scores_to_all_and_lines_to_those_who_may_see_rows(cast: Cast, resource: Resource) -> None:
    hand_in(cast, resource, DIRTY)
    at = f"/api/v1/catalog/resources/{resource.address}/quality/"
    known = cast.client("steward").get(at).json()
    told = cast.client("holder").get(at).json()
    assert known["score"] == told["score"] == resource.quality.score
    assert ("profile" in known, "profile" in told) == (True, False)
    assert "lines" in known["results"][0]
    assert not any({"lines", "keys"} & set(one) for one in told["results"])
    assert told["description"]["of"] == 405


def test_api_sets_rules_and_moves_tickets(cast: Cast, resource: Resource) -> None:
    hand_in(cast, resource, DIRTY)
    steward, at = cast.client("steward"), f"/api/v1/catalog/resources/{resource.address}/quality/rules/"
    content = {"kind": "pattern", "columns": [column(resource, "name")], "params": {"pattern": "街道.*"}}

    def send(method: str, address: str, data: dict[str, Any]) -> Any:
        return getattr(steward, method)(address, data, content_type="application/json")

    assert send("post", at, content | {"trial": True}).json()["result"]["failed"] == 60
    wrong = send("post", at, content | {"params": {"pattern": "("}})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "rule_pattern")
    assert send("post", at, content | {"weight": 0}).status_code == 400
    made = send("post", at, content)
    assert made.status_code == 201
    key = made.json()["key"]
    assert key in {rule["key"] for rule in steward.get(at).json()["rules"]}
    changed = send("put", f"{at}{key}/", content | {"weight": 4, "is_on": False, "reason": "试用结束"})
    assert (changed.json()["edition"], changed.json()["is_on"]) == (2, False)
    assert steward.delete(f"{at}{key}/").status_code == 204
    assert cast.client("holder").delete(f"{at}{key}/").status_code == 403
    ticket = services.open_ticket(cast.actor("coordinator"), resource=resource, note="联系人缺失")
    found = steward.get("/api/v1/catalog/tickets/").json()
    assert ticket.number in str(found)
    moved = send("post", f"/api/v1/catalog/tickets/{ticket.number}/mend", {"reason": "已补全"})
    assert (moved.status_code, moved.json()["state"]) == (200, "mended")
    assert send("post", f"/api/v1/catalog/tickets/{ticket.number}/dance", {"reason": ""}).status_code == 404
