"""Runs of a source: each has its page and its steps, and can be canceled while it fetches or is being checked."""

import threading
import time
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.conf import LazySettings
from django.db import connection

from catalog.data.sources import Fetched
from catalog.models import Resource, Source, SourceRun
from catalog.policies import decide_source_run
from catalog.services.source_runs import cancel_run, settle, settle_lost
from catalog.services.sources import save_source
from catalog.workflow import SOURCE_RUNS
from portal.audit.models import Entry
from portal.kernel.actors import system_actor
from portal.kernel.errors import NotAllowed, TransitionRefused
from portal.workflow.move import move
from tests.cast import Cast
from tests.catalog.sources.running import run_due, run_now
from tests.factories.catalog import resource_in
from tests.factories.sources import folder

ROW = "街道代码,街道名称,联系人\n220102001,南岭,张三\n"
DOERS = ("visitor", "steward", "office_head", "coordinator", "outsider", "holder", "auditor")
TOO_LONG = "街道代码,街道名称,联系人\n220102001,南岭,张三\n这个代码太长了超过九个字,南岭,张三\n"


@pytest.fixture
def resource(cast: Cast) -> Resource:
    return resource_in(cast, "published")


@pytest.fixture
def source(cast: Cast, resource: Resource) -> Source:
    return folder(cast, resource)


def put(source: Source, text: str, name: str = "街道.csv") -> None:
    (Path(source.place["folder"]) / name).write_text(text, encoding="utf-8")


def page(cast: Cast, run: SourceRun) -> str:
    address = f"{run.source.resource.get_absolute_url()}sources/{run.source_id}/runs/{run.pk}/"
    answer = cast.client("steward").get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_of_a_run_says_what_it_read_and_what_came_of_it(cast: Cast, source: Source) -> None:
    put(source, ROW)
    run = run_now(source)
    assert (run.state, run.name, run.byte_count, run.before) == ("succeeded", "街道.csv", len(ROW.encode()), {})
    acts = Entry.objects.filter(object_type="catalog.sourcerun", object_id=str(run.pk)).order_by("pk")
    assert [entry.action for entry in acts] == ["catalog.source_run.land", "catalog.source_run.succeed"]
    assert [line["code"] for line in run.log] == ["source_files", "source_file", "source_landed", "source_version"]
    shown = page(cast, run)
    for words in ("街道.csv", "0 files", "1 file<", "Files that fit the pattern: 1; new or changed: 1.", "Version 1 "):
        assert words in shown
    assert f'href="{source.resource.get_absolute_url()}versions/1/"' in shown
    assert "data-hx-get" not in shown.partition('id="run-state"')[2]
    assert (
        f"/sources/{source.pk}/runs/{run.pk}/"
        in cast.client("steward").get(f"{source.resource.get_absolute_url()}sources/{source.pk}/").content.decode()
    )


def test_the_page_of_a_run_says_why_it_failed(cast: Cast, source: Source) -> None:
    Path(source.place["folder"]).rmdir()
    assert "There is no folder" in page(cast, run_now(source))


def test_a_run_whose_file_waits_for_a_decision_says_so(cast: Cast, source: Source) -> None:
    put(source, TOO_LONG)
    run = run_now(source)
    assert (run.state, run.upload and run.upload.state) == ("landed", "deciding")
    shown = page(cast, run)
    assert "once a data officer has decided" in shown
    assert "cancel/" not in shown
    with pytest.raises(NotAllowed):
        cancel_run(cast.actor("steward"), run=run)


@pytest.mark.django_db(transaction=True)
def test_a_fetch_that_runs_is_canceled_within_seconds(cast: Cast, resource: Resource, settings: LazySettings) -> None:
    known = connection.settings_dict
    settings.SOURCE_HOSTS = [known["HOST"] or known["OPTIONS"].get("host", "")]
    place = {
        "dialect": "postgresql+psycopg",
        "host": settings.SOURCE_HOSTS[0],
        "database": known["NAME"],
        "username": known["USER"],
        "query": "select pg_sleep(60)::text as code",
    }
    source = save_source(cast.actor("steward"), resource=resource, title="库", kind="database", place=place)

    def work() -> None:
        try:
            run_due(source)
        finally:
            connection.close()

    worker = threading.Thread(target=work)
    worker.start()
    limit = time.monotonic() + 20
    while not SourceRun.objects.filter(source=source, state="running").exclude(log=[]).exists():
        assert time.monotonic() < limit
        time.sleep(0.05)
    run = source.runs.get()
    shown = page(cast, run)
    assert "data-hx-get" in shown
    began = time.monotonic()
    answer = cast.client("steward").post(f"{resource.get_absolute_url()}sources/{source.pk}/runs/{run.pk}/cancel/")
    assert answer.status_code == 302
    worker.join(15)
    assert not worker.is_alive()
    assert time.monotonic() - began < 15
    run.refresh_from_db()
    source.refresh_from_db()
    assert (run.state, run.upload, run.code, source.failures, source.mark) == ("canceled", None, "", 0, {})
    assert run.finished_at is not None
    assert Entry.objects.get(action="catalog.source_run.cancel").object_id == str(run.pk)
    assert "canceled the run." in page(cast, run)


def test_canceling_a_run_ends_the_check_of_its_file(cast: Cast, source: Source) -> None:
    put(source, ROW)
    run = run_due(source)
    assert run is not None
    canceled = cancel_run(cast.actor("steward"), run=run)
    assert canceled.upload is not None
    assert (canceled.state, canceled.upload.state) == ("canceled", "canceled")
    settle(canceled.upload)
    source.refresh_from_db()
    assert (source.mark, source.failures, settle_lost(canceled.started_at)) == ({}, 0, 0)
    assert run_now(source).state == "succeeded", "the same file is taken the next time"


def test_a_file_whose_check_was_canceled_elsewhere_is_no_failure(cast: Cast, source: Source) -> None:
    put(source, ROW)
    run = run_due(source)
    assert run is not None
    assert run.upload is not None
    type(run.upload).objects.filter(pk=run.upload.pk).update(state="canceled")
    assert settle_lost(run.started_at) == 1
    run.refresh_from_db()
    source.refresh_from_db()
    assert (run.state, source.failures) == ("canceled", 0)


@pytest.mark.parametrize("outcome", ["canceled", "failed"])
def test_a_run_that_was_ended_meanwhile_hands_nothing_in(source: Source, tmp_path: Path, outcome: str) -> None:
    file = tmp_path / "a.csv"
    file.write_text(ROW, encoding="utf-8")

    def late(*_args: Any) -> Fetched:
        SourceRun.objects.filter(source=source).update(state=outcome)
        return Fetched(file, "a.csv", {"a.csv": "1"})

    with patch("catalog.services.source_runs.fetch", late):
        run = run_due(source)
    assert run is not None
    source.refresh_from_db()
    assert (run.state, run.upload, source.failures) == (outcome, None, 0)


#: State (with that of its upload) → verb → who may, by hand. What a run comes to is the system's to say.
BY_MACHINE = {"land": {"machine"}, "find_nothing": {"machine"}, "succeed": {"machine"}, "fail": {"machine"}}
MATRIX: dict[tuple[str, str], dict[str, set[str]]] = {
    ("running", ""): BY_MACHINE | {"cancel": {"steward", "machine"}},
    ("landed", "received"): BY_MACHINE | {"cancel": {"steward", "machine"}},
    ("landed", "checking"): BY_MACHINE | {"cancel": {"steward", "machine"}},
    ("landed", "deciding"): BY_MACHINE | {"cancel": {"machine"}},
    ("succeeded", "accepted"): BY_MACHINE | {"cancel": {"machine"}},
    ("nothing", ""): BY_MACHINE | {"cancel": {"machine"}},
    ("failed", ""): BY_MACHINE | {"cancel": {"machine"}},
    ("canceled", ""): BY_MACHINE | {"cancel": {"machine"}},
}
#: From which states a verb leads on, whoever asks, by hand.
LEADS: dict[str, dict[str, str]] = {
    "running": {"land": "landed", "find_nothing": "nothing", "fail": "failed", "cancel": "canceled"},
    "landed": {"succeed": "succeeded", "fail": "failed", "cancel": "canceled"},
    "succeeded": {},
    "nothing": {},
    "failed": {},
    "canceled": {},
}


@pytest.mark.parametrize(("run_state", "upload_state"), MATRIX)
def test_who_may_do_what_in_each_state(cast: Cast, source: Source, run_state: str, upload_state: str) -> None:
    put(source, ROW)
    run = run_due(source)
    assert run is not None
    run.state = run_state
    if upload_state and run.upload:
        run.upload.state = upload_state
    else:
        run.upload = None
    actors = {name: cast.actor(name) for name in DOERS} | {"machine": system_actor("catalog.run_source")}
    found = {
        row.verb: {name for name, actor in actors.items() if decide_source_run(actor, row.verb, run)}
        for row in SOURCE_RUNS.transitions
    }
    assert found == MATRIX[(run_state, upload_state)]
    seen = {name for name in DOERS if decide_source_run(cast.actor(name), "view", run)}
    assert seen == {"steward", "office_head"}


@pytest.mark.parametrize("state", LEADS)
def test_each_verb_leads_where_it_should_and_is_recorded(source: Source, state: str) -> None:
    machine = system_actor("catalog.run_source")
    for row in SOURCE_RUNS.transitions:
        run = SourceRun.objects.create(source=source, state=state)
        if row.verb in LEADS[state]:
            moved = move(SOURCE_RUNS, machine, run, row.verb, decide=decide_source_run)
            assert moved.state == LEADS[state][row.verb]
            assert Entry.objects.filter(action=f"catalog.source_run.{row.verb}", object_id=str(run.pk)).count() == 1
        else:
            with pytest.raises(TransitionRefused):
                move(SOURCE_RUNS, machine, run, row.verb, decide=decide_source_run)
        run.delete()


def test_sources_and_their_runs_by_api(cast: Cast, source: Source) -> None:
    root, steward = f"/api/v1/catalog/resources/{source.resource.address}/sources/", cast.client("steward")
    (line,) = steward.get(root).json()["sources"]
    assert (line["id"], line["kind"], line["state"]) == (source.pk, "folder", "active")
    one = f"{root}{source.pk}/"
    assert steward.post(f"{one}run", {}, content_type="application/json").status_code == 202
    put(source, ROW)
    run = run_due(source)
    assert run is not None
    (listed,) = steward.get(f"{one}runs/").json()["results"]
    assert (listed["state"], listed["name"], listed["version"]) == ("landed", "街道.csv", None)
    address = f"{one}runs/{run.pk}/"
    assert steward.get(address).json()["steps"][0]["text"].startswith("Files that fit the pattern")
    assert cast.client("office_head").post(f"{address}cancel").status_code == 403
    assert cast.client("outsider").post(f"{address}cancel").status_code == 404
    assert steward.post(f"{address}cancel").json()["state"] == "canceled"
    assert steward.post(f"{address}cancel").status_code in {403, 409}
    assert steward.post(f"{one}pause", {}, content_type="application/json").json()["state"] == "paused"
    assert steward.post(f"{one}explode", {}, content_type="application/json").status_code == 404
