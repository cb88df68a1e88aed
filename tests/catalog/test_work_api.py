"""The API of hand-overs, trees, completeness and assessment documents: the same acts and refusals as on the pages."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from catalog.models import AssessmentDocument, HandOver, Resource
from portal.accounts.models import Department
from portal.audit.models import Entry
from portal.kernel.actors import Duty
from sharing.api.delta import GrantTables
from tests.cast import Cast
from tests.factories import sharing as sharing_factory
from tests.factories.accounts import department, person
from tests.factories.catalog import resource_in

pytestmark = pytest.mark.django_db
HERE = "/api/v1/catalog/handovers/"
JSON = "application/json"


@pytest.fixture
def taker(cast: Cast) -> Department:
    """A department of the same region with a head of its own."""
    made = department("taker", name_zh="省数据中心", name_en="Data Center")
    cast.people["taker_head"] = person("taker_head", (Duty.OFFICE_HEAD, made), name="何主任")
    return made


def propose(cast: Cast, taker: Department, *resources: Resource, who: str = "steward", **more: Any) -> Any:
    asked = {"giver": cast.provider.uscc, "taker": taker.uscc, "document": "吉编办〔2026〕12号"}
    return cast.client(who).post(HERE, asked | {"resources": [one.code for one in resources]} | more, JSON)


def test_resources_are_proposed_released_agreed_and_handed_over(cast: Cast, taker: Department) -> None:
    resource = resource_in(cast)
    made = propose(cast, taker, resource)
    assert (made.status_code, made.json()["verbs"]) == (201, ["cancel"])
    url = made["Location"]
    assert made.json()["moves"][0]["resource"] == resource.code
    assert cast.client("steward").post(f"{url}release", {}, JSON).status_code == 403
    assert cast.client("office_head").post(f"{url}release", {}, JSON).json()["state"] == "released"
    head = cast.client("taker_head")
    assert head.get(url).json()["verbs"] == ["agree", "return"]
    assert head.post(f"{url}return", {}, JSON).status_code == 400
    assert head.post(f"{url}agree", {}, JSON).json()["state"] == "agreed"
    assert head.post(f"{url}carry_out", {}, JSON).json()["state"] == "carried_out"
    resource.refresh_from_db()
    assert resource.provider == taker
    assert Entry.objects.filter(action="catalog.handed_over").count() == 1
    assert head.post(f"{url}fly", {}, JSON).status_code == 404
    assert [row["number"] for row in head.get(HERE).json()["results"]] == [HandOver.objects.get().number]


def test_a_returned_proposal_is_changed_and_proposed_again(cast: Cast, taker: Department) -> None:
    one, other = resource_in(cast), resource_in(cast, title="另一资源")
    url = propose(cast, taker, one)["Location"]
    assert cast.client("office_head").post(f"{url}return", {"reason": "还缺一项"}, JSON).json()["state"] == "returned"
    again = {"document": "吉编办〔2026〕13号", "resources": [one.code, other.code]}
    answer = cast.client("steward").post(f"{url}propose", again, JSON).json()
    assert (answer["state"], len(answer["moves"])) == ("proposed", 2)


def test_wrong_proposals_and_strangers_are_refused(cast: Cast, taker: Department) -> None:
    resource = resource_in(cast)
    assert propose(cast, taker, resource, giver="9" * 18).status_code == 400
    assert propose(cast, taker, resource, resources=["999/1"]).status_code == 400
    assert propose(cast, taker, resource, who="outsider").status_code == 403
    url = propose(cast, taker, resource)["Location"]
    assert cast.client("outsider").get(url).status_code == 404
    assert cast.client("auditor").get(HERE).status_code == 403


def test_a_grant_keeps_its_schema_for_engines_when_the_resource_changes_hands(cast: Cast, taker: Department) -> None:
    resource = sharing_factory.resource(cast)
    grant = sharing_factory.grant(cast, resource)
    before = GrantTables().tables(cast.actor("holder"))
    assert [table.schema for table in before] == [cast.provider.slug]
    url = propose(cast, taker, resource)["Location"]
    assert cast.client("coordinator").post(f"{url}decide", {"reason": "吉政办〔2026〕1号"}, JSON).status_code == 200
    done = cast.client("coordinator").post(f"{url}carry_out", {}, JSON)
    assert done.status_code == 200, done.content
    grant.refresh_from_db()
    assert grant.provider == taker
    assert GrantTables().tables(cast.actor("holder")) == before
    assert GrantTables().delivery(cast.actor("holder"), before[0]) is not None


def test_trees_and_completeness_are_read(cast: Cast) -> None:
    resource_in(cast)
    client = cast.client("steward")
    classes = client.get("/api/v1/catalog/tree/classes/").json()
    assert sum(branch["count"] for branch in classes["branches"]) == 1
    departments = client.get("/api/v1/catalog/tree/departments/").json()["branches"]
    assert sum(branch["count"] for branch in departments) == 1
    assert client.get("/api/v1/catalog/tree/sideways/").status_code == 404
    lines = client.get("/api/v1/catalog/completeness/").json()["departments"]
    assert [(line["department"], line["published"]) for line in lines] == [(cast.provider.uscc, 1)]


def test_assessment_documents_are_attached_approved_and_read(cast: Cast) -> None:
    resource = resource_in(cast)
    url = f"/api/v1/catalog/resources/{resource.address}/assessments/"

    def hand_in(who: str, content: bytes = b"%PDF-1.7 signed") -> Any:
        file = SimpleUploadedFile("评估.pdf", content)
        return cast.client(who).post(url, {"kind": "privacy", "file": file})

    assert hand_in("steward", b"no pdf").status_code == 400
    assert hand_in("outsider").status_code == 403
    made = hand_in("steward")
    assert (made.status_code, made.json()["approved_at"]) == (201, None)
    one = f"{url}{made.json()['id']}/"
    assert cast.client("steward").post(f"{one}approve").status_code == 403
    assert cast.client("office_head").post(f"{one}approve").json()["approved_at"]
    assert cast.client("office_head").post(f"{one}approve").status_code == 409
    read: Any = cast.client("office_head").get(f"{one}file")
    assert (read.status_code, read.getvalue()) == (200, b"%PDF-1.7 signed")
    assert Entry.objects.filter(action="catalog.read_assessment").count() == 1
    assert [row["id"] for row in cast.client("steward").get(url).json()["documents"]] == [
        AssessmentDocument.objects.get().pk
    ]
    assert cast.client("outsider").get(url).status_code == 403
