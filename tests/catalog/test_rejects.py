"""Rows that do not fit: who decides, what comes of each decision, and the file with its errors marked."""

from typing import Any
from unittest.mock import patch

import pytest
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from catalog import tasks
from catalog.data.errors import UnreadableFile
from catalog.models import Resource, Upload
from catalog.policies import decide_upload
from catalog.selectors.rejects import marked_copy, marking_key, stored_rejects
from catalog.services.rejects import make_marked
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
    answer, asked = decide(cast, upload, "accept_fitting")
    assert (answer.status_code, asked, upload.state) == (400, False, "deciding")
    assert 'href="#act-reason"' in answer.content.decode()
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


@pytest.fixture
def large(settings: Any) -> None:
    """Let every file be a large one."""
    settings.MARK_AT_ONCE_BYTES = 0


@pytest.mark.usefixtures("large")
def test_the_marked_copy_of_a_large_file_is_made_in_a_job(cast: Cast, resource: Resource) -> None:
    upload = hand_in(cast, resource)
    page = f"{resource.get_absolute_url()}uploads/{upload.pk}/"
    client = cast.client("steward")
    assert f'action="{page}rejects/prepare/"' in client.get(page).content.decode()
    assert client.get(f"{page}rejects/").status_code == 409
    with patch("catalog.receivers.make_marked.delay_on_commit") as asked:
        assert client.post(f"{page}rejects/prepare/").status_code == 302
        assert client.post(f"{page}rejects/prepare/").status_code == 302
    asked.assert_called_once_with(upload.pk, "en")
    shown = client.get(page).content.decode()
    assert "data-hx-get" in shown
    assert 'id="marking"' in shown
    assert client.get(f"{page}rejects/").status_code == 409
    assert make_marked(upload_id=upload.pk, language="en") == "ready"
    assert make_marked(upload_id=upload.pk, language="en") == "ready"
    shown = client.get(page).content.decode()
    assert f'href="{page}rejects/"' in shown
    assert "data-hx-get" not in shown
    answer = client.get(f"{page}rejects/")
    assert "errors.csv" in answer["Content-Disposition"]
    assert "街道代码" in b"".join(answer.streaming_content).decode("gb18030").splitlines()[2].rpartition(",")[2]
    assert [
        entry.action for entry in Entry.objects.filter(action__in=("catalog.upload.mark", "catalog.upload.rejects"))
    ] == [
        "catalog.upload.mark",
        "catalog.upload.rejects",
    ]
    assert cast.client("office_head").post(f"{page}rejects/prepare/").status_code == 403


@pytest.mark.usefixtures("large")
def test_each_language_has_its_own_copy(cast: Cast, resource: Resource) -> None:
    upload = hand_in(cast, resource)
    texts = []
    for language in ("en", "zh-hans"):
        assert make_marked(upload_id=upload.pk, language=language) == "ready"
        upload.refresh_from_db()
        copy = marked_copy(upload, language)
        assert copy is not None
        with default_storage.open(copy.name) as stream:
            texts.append(stream.read().decode("gb18030"))
    assert "longer than declared" in texts[0]
    assert "longer than declared" not in texts[1]
    assert len(set(stored_rejects(upload))) == 3


@pytest.mark.usefixtures("large")
def test_a_second_worker_leaves_a_living_one_alone_and_follows_a_dead_one(cast: Cast, resource: Resource) -> None:
    upload = hand_in(cast, resource)
    cache.set(f"{marking_key(upload.pk, 'en')}:taken", 1, 60)
    assert make_marked(upload_id=upload.pk, language="en") == "taken"
    cache.delete(f"{marking_key(upload.pk, 'en')}:taken")
    assert make_marked(upload_id=upload.pk, language="en") == "ready"
    assert cache.get(marking_key(upload.pk, "en")) is None


@pytest.mark.usefixtures("large")
def test_accepting_what_fits_throws_away_what_was_marked_before(
    cast: Cast, resource: Resource, django_capture_on_commit_callbacks: Any
) -> None:
    upload = hand_in(cast, resource)
    make_marked(upload_id=upload.pk, language="en")
    upload.refresh_from_db()
    former = stored_rejects(upload)
    assert all(default_storage.exists(name) for name in former)
    with django_capture_on_commit_callbacks(execute=True):
        decide(cast, upload, "accept_fitting", reason="一行有误")
    assert not any(default_storage.exists(name) for name in former)
    check_upload(MACHINE, upload_id=upload.pk)
    upload.refresh_from_db()
    copy = marked_copy(upload, "en")
    assert copy is not None
    assert copy.state == "absent"


@pytest.mark.usefixtures("large")
def test_a_copy_that_cannot_be_made_is_said_and_may_be_asked_for_again(cast: Cast, resource: Resource) -> None:
    upload = hand_in(cast, resource)
    with patch("catalog.services.rejects.mark", side_effect=UnreadableFile("damaged", format="CSV")):
        assert make_marked(upload_id=upload.pk, language="en") == "failed"
    page = f"{resource.get_absolute_url()}uploads/{upload.pk}/"
    assert "damaged" in cast.client("steward").get(page).content.decode()
    with patch("catalog.receivers.make_marked.delay_on_commit") as asked:
        cast.client("steward").post(f"{page}rejects/prepare/")
    assert asked.called
    assert tasks.make_marked(upload.pk, "en") == {"upload": upload.pk, "marked": "ready"}


@pytest.mark.usefixtures("large")
def test_the_api_has_the_copy_made_and_links_to_it(cast: Cast, resource: Resource) -> None:
    upload = hand_in(cast, resource)
    root = f"/api/v1/catalog/resources/{resource.address}/uploads/{upload.pk}/"
    client = cast.client("steward")
    found = client.get(root).json()
    assert found["rejects"] == {"address": f"{root}rejects/", "state": "absent", "progress": 0}
    assert "marked" not in found["report"]
    assert client.get(f"{root}rejects/").json()["code"] == "marking_absent"
    with patch("catalog.receivers.make_marked.delay_on_commit"):
        asked = client.post(f"{root}rejects/")
    assert (asked.status_code, asked.json()["rejects"]["state"]) == (202, "making")
    assert make_marked(upload_id=upload.pk, language="en") == "ready"
    assert client.get(root).json()["rejects"]["state"] == "ready"
    assert b"".join(client.get(f"{root}rejects/").streaming_content)
