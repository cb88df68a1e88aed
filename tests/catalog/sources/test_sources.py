"""Sources: what is new is fetched once, a mark moves on with its version, nothing unlisted is reached."""

import sqlite3
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import override

from catalog import tasks
from catalog.data.sources import Allowed, SourceError, lock_secret, next_time, open_secret, probe
from catalog.data.sources.database import text_of
from catalog.models import Resource, Source, SourceRun
from catalog.policies import decide_data_source
from catalog.selectors.sources import problem_of
from catalog.services import sources
from catalog.services.source_runs import run_source, settle_lost
from catalog.services.sources import move_source, save_source, try_source
from catalog.services.versions import cancel_upload
from portal.audit.models import Entry
from portal.kernel.errors import NotAllowed
from portal.notices.models import Notice
from tests.cast import Cast
from tests.catalog.sources.running import MACHINE, run_due, run_now
from tests.factories.catalog import resource_in
from tests.factories.sources import folder

HEADER = "街道代码,街道名称,联系人\n"


@pytest.fixture
def resource(cast: Cast) -> Resource:
    return resource_in(cast, "published")


def _put(source: Source, name: str, text: str) -> None:
    (Path(source.place["folder"]) / name).write_text(HEADER + text, encoding="utf-8")


def test_new_and_changed_files_of_a_folder_are_taken_once(cast: Cast, resource: Resource) -> None:
    source = folder(cast, resource)
    assert run_now(source).state == "nothing"
    _put(source, "a.csv", "220102001,南岭,张三\n")
    _put(source, "b.txt", "220102009,不取,张三\n")
    assert (run_now(source).state, resource.versions.count()) == ("succeeded", 1)
    assert run_now(source).state == "nothing"
    _put(source, "a.csv", "220102001,南岭,张三\n220102002,桃源,李四\n")
    run = run_now(source)
    assert (run.state, run.rows, resource.versions.count()) == ("succeeded", 2, 2)


def test_a_mark_stays_when_the_version_does_not_stand(cast: Cast, resource: Resource) -> None:
    source = folder(cast, resource)
    _put(source, "bad.csv", "这个代码太长了超过九个字,南岭,张三\n")
    run = run_now(source)
    assert (run.state, run.code, source.mark, source.failures) == ("failed", "source_not_accepted", {}, 1)
    _put(source, "bad.csv", "220102001,南岭,张三\n")
    assert (run_now(source).state, source.failures) == ("succeeded", 0)
    assert "bad.csv" in source.mark


@pytest.fixture
def database(resource: Resource) -> Path:
    path = Path(django_settings.SOURCE_FOLDERS[0]) / f"{resource.address}.sqlite"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with sqlite3.connect(path) as made:
        made.execute('create table "街道" (code text, name text, contact text, changed integer)')
        made.execute('insert into "街道" values (?, ?, ?, 1)', ("012345678", "a:b", "张\n三"))
    made.close()
    return path


def _add(path: Path, code: str, changed: int) -> None:
    with sqlite3.connect(path) as opened:
        opened.execute('insert into "街道" values (?, ?, ?, ?)', (code, "桃源", None, changed))
    opened.close()


def test_a_database_gives_what_is_past_its_watermark(cast: Cast, resource: Resource, database: Path) -> None:
    place = {
        "dialect": "sqlite",
        "database": str(database),
        "query": "select code, name, contact, changed from \"街道\" where name <> ':x'",
        "watermark_column": "changed",
    }
    source = save_source(
        cast.actor("steward"), resource=resource, title="库", kind="database", place=place, mode="replace"
    )
    assert run_now(source).state == "succeeded", source.runs.first()
    assert source.mark == {"type": "int", "value": "1"}
    assert run_now(source).state == "nothing"
    _add(database, "220102002", 2)
    Source.objects.filter(pk=source.pk).update(mode="append")
    assert (run_now(source).rows, source.mark["value"]) == (1, "2")
    resource.refresh_from_db()
    assert resource.current_version is not None
    assert resource.current_version.row_count == 2


def test_a_test_of_the_connection_is_recorded_and_keeps_no_page_waiting(
    cast: Cast, resource: Resource, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit of whole fetches is an hour; a few such pages would leave a worker no thread."""
    endless = "with recursive f(n) as (select 1 union all select -n from f) select count(*) as n from f"
    place = {"dialect": "sqlite", "database": str(database), "query": endless, "watermark_column": "n"}
    source = save_source(cast.actor("steward"), resource=resource, title="库", kind="database", place=place)
    monkeypatch.setattr(sources, "TRY_SECONDS", 1)
    with pytest.raises(SourceError) as late:
        try_source(cast.actor("steward"), source=source)
    assert (late.value.code, late.value.params) == ("statement_time", {"seconds": 1})
    entry = Entry.objects.get(action="catalog.source.test")
    assert (entry.object_id, entry.details) == (str(source.pk), {"resource": resource.code, "kind": "database"})
    with pytest.raises(NotAllowed):
        try_source(cast.actor("outsider"), source=source)


def test_postgresql_is_read_and_cannot_be_written(cast: Cast, resource: Resource, settings: Any) -> None:
    known = connection.settings_dict
    settings.SOURCE_HOSTS = [known["HOST"] or known["OPTIONS"].get("host", "")]
    place = {
        "dialect": "postgresql+psycopg",
        "host": settings.SOURCE_HOSTS[0],
        "database": known["NAME"],
        "username": known["USER"],
        "query": "select '220102001' as code, '南岭' as name, null as contact",
    }
    fields = {"title": "库", "kind": "database", "place": place, "password": known["PASSWORD"] or "x"}
    source = save_source(cast.actor("steward"), resource=resource, **fields)
    assert try_source(cast.actor("steward"), source=source) == ["code", "name", "contact"]
    assert run_now(source).state == "succeeded"
    source.place["query"] = "select nextval('accounts_user_id_seq')::text as code"
    source.save()
    run = run_now(source)
    assert (run.state, run.code) == ("failed", "database_query")
    assert "read-only" in run.params["detail"]


@pytest.mark.parametrize(
    ("kind", "place", "code"),
    [
        ("folder", {"folder": "/etc", "pattern": "*"}, "folder_not_allowed"),
        ("folder", {"folder": "../..", "pattern": "*"}, "folder_not_allowed"),
        ("bucket", {"endpoint": "http://169.254.169.254", "bucket": "x"}, "host_not_allowed"),
        ("bucket", {"endpoint": "file:///etc", "bucket": "x"}, "host_not_allowed"),
        ("bucket", {"endpoint": "http://db.example@127.0.0.1", "bucket": "x"}, "host_not_allowed"),
        ("database", {"dialect": "mysql+pymysql", "host": "127.0.0.1", "database": "x"}, "host_not_allowed"),
        ("database", {"dialect": "mysql+pymysql", "host": "db.example/x", "database": "x"}, "host_not_allowed"),
        ("database", {"dialect": "oracle+oracledb", "host": "db.example", "database": "x"}, "dialect_not_allowed"),
        ("database", {"dialect": "sqlite", "database": "/etc/passwd"}, "folder_not_allowed"),
    ],
)
def test_what_is_not_listed_is_not_reached(tmp_path: Path, kind: str, place: dict[str, str], code: str) -> None:
    allowed = Allowed(hosts=("db.example",), folders=(tmp_path,))
    with pytest.raises(SourceError) as refusal:
        probe(kind, place, "", allowed)
    assert refusal.value.code == code


def test_a_link_that_leads_out_of_a_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "out.csv").write_text("x", encoding="utf-8")
    (tmp_path / "in" / "a.csv").symlink_to(tmp_path / "out.csv")
    assert probe("folder", {"folder": str(tmp_path / "in")}, "", Allowed(folders=(tmp_path / "in",))) == []


def test_a_password_is_sealed_never_shown_and_in_no_record(cast: Cast, resource: Resource) -> None:
    place = {"dialect": "mysql+pymysql", "host": "db.example", "database": "x", "table": "t"}
    fields = {"title": "库", "kind": "database", "place": place, "password": "geheim-4711"}
    source = save_source(cast.actor("steward"), resource=resource, **fields)
    assert "geheim" not in source.secret
    assert open_secret(source.secret, ["other", django_settings.SECRET_KEY]) == "geheim-4711"
    client = cast.client("steward")
    for page in ("", "edit/"):
        shown = client.get(f"{resource.get_absolute_url()}sources/{source.pk}/{page}").content.decode()
        assert "geheim" not in shown
        assert source.secret not in shown
    assert not any("geheim" in str(entry.details) for entry in Entry.objects.all())
    moved = save_source(
        cast.actor("steward"),
        resource=resource,
        source=source,
        title="库",
        kind="database",
        place=place | {"host": "b"},
    )
    assert moved.secret == "", "a password never follows to another host"


def test_a_lost_key_is_said(cast: Cast) -> None:
    with pytest.raises(SourceError):
        open_secret(lock_secret("x", ["a"]), ["b"])
    assert lock_secret("", ["a"]) == ""


def test_five_failures_pause_it_and_tell_its_officers(cast: Cast, resource: Resource) -> None:
    source = folder(cast, resource)
    Path(source.place["folder"]).rmdir()
    for _ in range(5):
        assert run_now(source).code == "folder_gone"
    assert (source.state, source.failures) == ("paused", 5)
    assert Notice.objects.filter(kind="catalog.source.paused", user=cast.user("steward")).exists()
    assert run_due(source) is None
    assert move_source(cast.actor("steward"), source=source, verb="resume").failures == 0


def test_one_run_at_a_time_and_only_whenrun_due(cast: Cast, resource: Resource) -> None:
    source = folder(cast, resource)
    assert run_source(MACHINE, source_id=source.pk) is None
    _put(source, "a.csv", "220102001,南岭,张三\n")
    first = run_due(source)
    assert first is not None
    assert run_due(source) is None
    assert tasks.run_source(source.pk) == {"source": source.pk, "state": "not_due"}


def test_runs_that_died_or_were_canceled_are_settled(cast: Cast, resource: Resource) -> None:
    source = folder(cast, resource)
    SourceRun.objects.create(source=source, beat_at=timezone.now() - timedelta(hours=1))
    assert settle_lost(timezone.now()) == 1
    _put(source, "a.csv", "220102001,南岭,张三\n")
    run = run_due(source)
    assert run is not None
    assert run.upload is not None
    cancel_upload(cast.actor("steward"), upload=run.upload)
    assert settle_lost(timezone.now()) == 1
    assert run_now(source).state == "succeeded"


def test_who_set_it_up_must_still_hold_the_duty(cast: Cast, resource: Resource) -> None:
    source = folder(cast, resource)
    _put(source, "a.csv", "220102001,南岭,张三\n")
    cast.user("steward").memberships.update(is_active=False)
    with override("zh-hans"):
        run = run_now(source)
    assert run.code == "source_refused"
    english = problem_of(run)
    assert english.isascii()
    with override("zh-hans"):
        assert not any("a" <= letter <= "z" for letter in problem_of(run).lower())


@pytest.mark.parametrize(
    ("schedule", "hour", "day", "expected"),
    [
        ("hourly", 0, 1, "2026-11-25T15:00"),
        ("daily", 3, 1, "2026-11-26T03:00"),
        ("daily", 20, 1, "2026-11-25T20:00"),
        ("weekly", 3, 1, "2026-11-30T03:00"),
        ("monthly", 3, 31, "2026-11-30T03:00"),
        ("monthly", 3, 5, "2026-12-05T03:00"),
    ],
)
def test_the_next_time_of_a_schedule(schedule: str, hour: int, day: int, expected: str) -> None:
    after = datetime(2026, 11, 25, 14, 20, tzinfo=timezone.get_default_timezone())
    assert next_time(schedule, hour=hour, day=day, after=after).isoformat()[:16] == expected


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, None), (True, "true"), (b"\x01", "01"), (datetime(2026, 1, 2, 3), "2026-01-02 03:00:00"), (0.1, "0.1")],  # noqa: DTZ001  databases give such
)
def test_values_are_written_without_loss(value: object, text: str | None) -> None:
    assert text_of(value) == text


#: Verb → state → who may; written by hand: only the provider's data officers.
MATRIX = {
    "pause": {"active": {"steward"}},
    "resume": {"paused": {"steward"}},
    "retire": {"active": {"steward"}, "paused": {"steward"}},
    "edit": {"active": {"steward"}, "paused": {"steward"}},
    "run": {"active": {"steward"}},
    "view": {state: {"steward", "office_head"} for state in ("active", "paused", "retired")},
}


@pytest.mark.parametrize("state", ["active", "paused", "retired"])
def test_who_may_do_what_with_a_source(cast: Cast, resource: Resource, state: str) -> None:
    source = folder(cast, resource)
    steps = {"active": (), "paused": ("pause",), "retired": ("retire",)}[state]
    for verb in steps:
        source = move_source(cast.actor("steward"), source=source, verb=verb, reason="停用")
    doers = ("visitor", "steward", "office_head", "coordinator", "outsider", "holder", "auditor")
    for verb, allowed in MATRIX.items():
        found = {name for name in doers if decide_data_source(cast.actor(name), verb, source)}
        assert found == allowed.get(state, set()), verb


def test_an_officer_sets_a_source_up_tests_and_runs_it_on_the_pages(cast: Cast, resource: Resource) -> None:
    client = cast.client("steward")
    path = Path(django_settings.SOURCE_FOLDERS[0])
    path.mkdir(parents=True, exist_ok=True)
    base = f"{resource.get_absolute_url()}sources/"
    wrong = client.post(f"{base}new/folder/", {"title": "", "folder": str(path)})
    assert wrong.status_code == 400
    answers = {"title": "夹", "folder": str(path), "pattern": "*.csv", "schedule": "weekly", "hour": 2, "day": 5}
    made = client.post(f"{base}new/folder/", answers | {"mode": "replace"})
    assert made.status_code == 302
    for act in ("test", "run"):
        assert client.post(f"{made['Location']}{act}/").status_code == 302
    shown = client.get(made["Location"]).content.decode()
    assert "The source can be reached." in shown
    assert client.post(f"{made['Location']}act/pause/").status_code == 302
    assert 'data-state="paused"' in client.get(base).content.decode()
    with pytest.raises(NotAllowed):
        save_source(cast.actor("office_head"), resource=resource, title="x", kind="folder", place={})
