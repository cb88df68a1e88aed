"""Rows that do not fit: who decides, what comes of each decision, and the file with its errors marked."""

from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from catalog.models import Resource, Upload
from catalog.policies import decide_upload
from catalog.services.versions import check_upload
from catalog.workflow import UPLOADS
from portal.audit.models import Entry
from portal.kernel.actors import system_actor
from tests.cast import Cast
from tests.factories.catalog import draft

pytestmark = pytest.mark.django_db
MACHINE = system_actor("test")
TEXT = "街道代码,街道名称,联系人\n220102001,自强,李四\n220102002x9,南岭,张三\n220102003,桃源,王五\n"

#: Verb → state → who may, by hand; whoever is not named may not.
MATRIX: dict[str, dict[str, set[str]]] = {
    "check": {"received": {"machine", "steward"}, "checking": {"machine", "steward"}},
    "accept": {"checking": {"machine", "steward"}},
    "reject": {"checking": {"machine", "steward"}},
    "ask": {"checking": {"machine", "steward"}},
    "accept_fitting": {"deciding": {"steward"}},
    "refuse": {"deciding": {"steward"}},
    "fail": {"received": {"machine", "steward"}, "checking": {"machine", "steward"}},
    "cancel": {"received": {"machine", "steward"}, "checking": {"machine", "steward"}},
}
DOERS = ("visitor", "steward", "office_head", "coordinator", "outsider", "auditor")


@pytest.fixture(autouse=True)
def _store(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def resource(cast: Cast) -> Resource:
    return draft(cast.actor("steward"), cast.provider)


def hand_in(cast: Cast, resource: Resource, text: str = TEXT, name: str = "街道.csv", **fields: Any) -> Upload:
    data = {"file": SimpleUploadedFile(name, text.encode("gb18030")), **fields}
    with patch("catalog.receivers.check_upload.delay_on_commit"):
        answer = cast.client("steward").post(f"{resource.get_absolute_url()}upload/", data)
    assert answer.status_code == 302, answer.content.decode()
    return check_upload(MACHINE, upload_id=Upload.objects.latest("id").pk)


def decide(cast: Cast, upload: Upload, verb: str, who: str = "steward", **data: Any) -> Any:
    address = f"{upload.resource.get_absolute_url()}uploads/{upload.pk}/decide/{verb}/"
    with patch("catalog.receivers.check_upload.delay_on_commit") as asked:
        answer = cast.client(who).post(address, data)
    upload.refresh_from_db()
    return answer, asked.called


@pytest.mark.parametrize("state", list(UPLOADS.states))
def test_who_may_do_what_in_each_state(cast: Cast, resource: Resource, state: str) -> None:
    upload = Upload(resource=resource, state=state)
    actors = {name: cast.actor(name) for name in DOERS} | {"machine": MACHINE}
    for row in UPLOADS.transitions:
        found = {name for name, actor in actors.items() if decide_upload(actor, row.verb, upload)}
        assert found == MATRIX[row.verb].get(state, set()), row.verb


def test_a_file_of_which_a_part_fits_waits_for_a_decision(cast: Cast, resource: Resource) -> None:
    upload = hand_in(cast, resource)
    assert (upload.state, upload.version, upload.finished_at is None) == ("deciding", None, False)
    body = cast.client("steward").get(f"{resource.get_absolute_url()}uploads/{upload.pk}/").content.decode()
    assert 'data-state="deciding"' in body
    assert "decide/accept_fitting/" in body
    assert "decide/refuse/" in body
    others = cast.client("office_head").get(f"{resource.get_absolute_url()}uploads/{upload.pk}/").content.decode()
    assert "decide/" not in others


def test_accepting_needs_a_reason_and_takes_the_rows_that_fit(cast: Cast, resource: Resource) -> None:
    upload = hand_in(cast, resource)
    assert decide(cast, upload, "accept_fitting")[1] is False
    assert upload.state == "deciding"
    answer, asked = decide(cast, upload, "accept_fitting", reason="一行有误，先发布其余")
    assert (answer.status_code, asked, upload.state) == (302, True, "received")
    done = check_upload(MACHINE, upload_id=upload.pk)
    assert done.version is not None
    assert (done.state, done.version.row_count, done.report["rejected"]) == ("accepted", 2, 1)
    entry = Entry.objects.get(action="catalog.upload.accept_fitting")
    assert "一行有误" in str(entry.details) + str(getattr(entry, "reason", ""))


def test_refusing_ends_it(cast: Cast, resource: Resource) -> None:
    upload = hand_in(cast, resource)
    decide(cast, upload, "refuse")
    assert (upload.state, upload.version) == ("rejected", None)


@pytest.mark.parametrize(("who", "status"), [("office_head", 403), ("outsider", 404), ("coordinator", 404)])
def test_others_decide_nothing(cast: Cast, resource: Resource, who: str, status: int) -> None:
    upload = hand_in(cast, resource)
    answer, _ = decide(cast, upload, "accept_fitting", who, reason="x")
    assert (answer.status_code, upload.state) == (status, "deciding")


def test_there_is_no_third_decision(cast: Cast, resource: Resource) -> None:
    assert decide(cast, hand_in(cast, resource), "accept")[0].status_code == 404


def test_the_tolerance_given_with_the_file_is_kept(cast: Cast, resource: Resource) -> None:
    assert hand_in(cast, resource, tolerance="33").state == "deciding"
    done = hand_in(cast, resource, tolerance="33.4")
    assert (done.state, done.report["accepted"]) == ("accepted", 2)


def test_the_file_comes_back_marked_and_that_is_recorded(cast: Cast, resource: Resource) -> None:
    upload = hand_in(cast, resource)
    address = f"{resource.get_absolute_url()}uploads/{upload.pk}/rejects/"
    answer = cast.client("steward").get(address)
    text = b"".join(answer.streaming_content).decode("gb18030")
    assert answer["Content-Disposition"].startswith("attachment")
    lines = text.splitlines()
    assert len(lines) == 4
    assert lines[1].endswith(",")
    assert "街道代码" in lines[2].rpartition(",")[2]
    assert Entry.objects.filter(action="catalog.upload.rejects").count() == 1
    assert cast.client("office_head").get(address).status_code == 403


def test_a_file_without_rejects_has_nothing_to_mark(cast: Cast, resource: Resource) -> None:
    upload = hand_in(cast, resource, TEXT.replace("x9", ""))
    address = f"{resource.get_absolute_url()}uploads/{upload.pk}/rejects/"
    assert upload.state == "accepted"
    assert cast.client("steward").get(address).status_code == 404


def test_the_api_decides_and_gives_the_marked_file(cast: Cast, resource: Resource) -> None:
    upload = hand_in(cast, resource)
    root = f"/api/v1/catalog/resources/{resource.address}/uploads/{upload.pk}/"
    client = cast.client("steward")
    assert b"".join(client.get(f"{root}rejects/").streaming_content)
    assert client.post(f"{root}accept", {}, content_type="application/json").status_code == 404
    assert client.post(f"{root}accept_fitting", {}, content_type="application/json").status_code == 400
    with patch("catalog.receivers.check_upload.delay_on_commit"):
        answer = client.post(f"{root}accept_fitting", {"reason": "先行发布"}, content_type="application/json")
    assert (answer.status_code, answer.json()["state"]) == (200, "received")
    again = client.post(f"{root}refuse", {}, content_type="application/json")
    assert again.status_code == 409
