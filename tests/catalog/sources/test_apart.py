"""Drivers that nobody here tried: read by a process of their own, on a real server by psycopg2."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.db import connection

from catalog.data.errors import IngestCancelled
from catalog.data.sources import Allowed, SourceError, Watch, apart, fetch, probe
from catalog.data.sources.child import answer
from catalog.data.stopping import Stopper
from catalog.messages import message

ROWS = (
    "select n, '街道' || n as name, timestamp '2026-01-02 03:04:05' + n * interval '1 day' as moment, "
    "n::numeric(20, 4) as big from generate_series(1, 12000) as n"
)
#: It works without end, and says nothing before it has ended.
ENDLESS = "with recursive f(n) as (select 1 union all select -n from f) select count(*) as n from f"


def until_the_server(*, works: bool) -> None:
    """Wait until a query of ours runs, or none does: a reader who was ended cannot break it off himself."""
    limit = time.monotonic() + 30
    with connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid()"
                " AND datname = current_database() AND starts_with(query, 'FETCH')"
            )
            if (cursor.fetchone() != (0,)) == works:
                return
            assert time.monotonic() < limit
            time.sleep(0.05)


@pytest.fixture
def allowed() -> Allowed:
    known = connection.settings_dict
    host = str(known["HOST"] or known["OPTIONS"].get("host", ""))
    return Allowed(hosts=(host,), dialects=("postgresql+psycopg2",))


@pytest.fixture
def place(allowed: Allowed) -> dict[str, Any]:
    known = connection.settings_dict
    return {
        "dialect": "postgresql+psycopg2",
        "host": allowed.hosts[0],
        "database": known["NAME"],
        "username": known["USER"],
        "query": ROWS,
    }


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list["subprocess.Popen[str]"]:
    """Every process that is started, to see that none is left."""
    found: list[subprocess.Popen[str]] = []
    real = subprocess.Popen

    def popen(*args: Any, **kwargs: Any) -> "subprocess.Popen[str]":
        found.append(real(*args, **kwargs))
        return found[-1]

    monkeypatch.setattr(apart.subprocess, "Popen", popen)
    return found


def limited(allowed: Allowed, seconds: int) -> Allowed:
    return Allowed(**{**asdict(allowed), "seconds": seconds})


pytestmark = pytest.mark.django_db


def test_drivers_are_told_apart() -> None:
    tried = ("postgresql", "postgresql+psycopg", "mysql+pymysql", "mariadb+pymysql", "sqlite", "no+such")
    assert [name for name in tried if not apart.is_tried(name)] == []
    others = ("postgresql+pg8000", "postgresql+psycopg2", "mysql", "oracle", "mssql+pyodbc")
    assert [name for name in others if apart.is_tried(name)] == []


def test_rows_come_as_text_and_by_watermark(
    place: dict[str, Any], allowed: Allowed, tmp_path: Path, started: list[Any]
) -> None:
    shown: list[int] = []
    noted: list[str] = []
    watch = Watch(progress=shown.append, note=lambda code, _params: noted.append(code))
    place["watermark_column"] = "n"
    found = fetch("database", place, "", {"type": "int", "value": "10000"}, tmp_path, allowed, watch)
    assert found is not None
    assert (found.rows, found.mark) == (2000, {"type": "int", "value": "12000"})
    assert pq.read_table(found.path).to_pylist()[0] == {
        "n": "10001", "name": "街道10001", "moment": "2053-05-21 03:04:05", "big": "10001.0000",
    }  # fmt: skip
    assert shown[-1] == 2000
    assert noted == ["source_connected", "source_reaches", "source_rows"]
    assert fetch("database", place, "", found.mark, tmp_path, allowed, Watch()) is None
    assert probe("database", place, "", allowed) == ["n", "name", "moment", "big"]
    assert [process.poll() is not None for process in started] == [True] * 3


def test_what_takes_too_long_is_ended(
    place: dict[str, Any], allowed: Allowed, tmp_path: Path, started: list[Any]
) -> None:
    with pytest.raises(SourceError) as late:
        fetch("database", place | {"query": ENDLESS}, "", {}, tmp_path, limited(allowed, 3), Watch())
    assert (late.value.code, late.value.params) == ("statement_time", {"seconds": 3})
    assert started[0].poll() is not None


def test_a_cancel_ends_the_process(place: dict[str, Any], allowed: Allowed, tmp_path: Path, started: list[Any]) -> None:
    stopper = Stopper()
    watch = Watch(note=lambda _code, _params: stopper.stop(), stopper=stopper)
    with pytest.raises(IngestCancelled):
        fetch("database", place | {"query": ENDLESS}, "", {}, tmp_path, allowed, watch)
    assert started[0].poll() is not None


def test_refusals_come_through_without_the_password(place: dict[str, Any], allowed: Allowed, tmp_path: Path) -> None:
    with pytest.raises(SourceError) as wrong:
        fetch("database", place | {"query": "select nothing"}, "geheim-4711", {}, tmp_path, allowed, Watch())
    assert wrong.value.code in {"database_query", "database_connect"}
    assert "geheim" not in str(wrong.value.params)
    with pytest.raises(SourceError) as elsewhere:
        fetch("database", place | {"host": "db.example"}, "", {}, tmp_path, allowed, Watch())
    assert elsewhere.value.code == "host_not_allowed"


def test_a_driver_that_is_not_there_is_named(place: dict[str, Any], allowed: Allowed, tmp_path: Path) -> None:
    for dialect in ("oracle", "no+such"):
        several = Allowed(**{**asdict(allowed), "dialects": (dialect,)})
        with pytest.raises(SourceError) as missing:
            fetch("database", place | {"dialect": dialect}, "", {}, tmp_path, several, Watch())
        assert (missing.value.code, missing.value.params) == ("driver_missing", {"dialect": dialect})
        assert dialect in message("driver_missing", missing.value.params)


def test_a_process_that_dies_is_said_so(
    place: dict[str, Any], allowed: Allowed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for code in ("raise SystemExit(7)", "input(); raise SystemExit(7)"):
        monkeypatch.setattr(apart, "_CHILD", ("-c", code))
        with pytest.raises(SourceError) as died:
            fetch("database", place, "", {}, tmp_path, allowed, Watch())
        assert (died.value.code, died.value.params) == ("driver_died", {"status": 7})


PRINTING = """
import os, sys
from catalog.data.sources import child, database

def look(*asked):
    print("Client 21c")
    os.write(1, b'{"answer": {"names": ["theirs"]}}')
    return ["ours"]

database.look = look
child.main(sys.stdin, child.answers_apart())
"""


def test_what_a_driver_prints_is_no_answer(
    place: dict[str, Any], allowed: Allowed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "_CHILD", ("-c", PRINTING))
    assert apart.look(place, "", allowed) == ["ours"]


def test_an_answer_that_broke_off_is_none(
    place: dict[str, Any], allowed: Allowed, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = 'import sys; input(); sys.stdout.write(\'{"answer": {"na\'); sys.stdout.flush(); sys.exit(7)'
    monkeypatch.setattr(apart, "_CHILD", ("-c", code))
    with pytest.raises(SourceError) as died:
        apart.look(place, "", allowed)
    assert died.value.code == "driver_died"


def question(place: dict[str, Any], allowed: Allowed, **more: Any) -> dict[str, Any]:
    facts = {**asdict(allowed), "folders": []}
    return {"place": place, "password": "", "mark": {}, "allowed": facts, **more}


def test_the_process_answers_line_by_line(place: dict[str, Any], allowed: Allowed, tmp_path: Path) -> None:
    said: list[Mapping[str, Any]] = []
    answer(question(place, allowed, target=str(tmp_path / "rows.parquet")), said.append)
    assert said == [
        {"note": ["source_connected", {}]},
        {"rows": 5000},
        {"rows": 10000},
        {"rows": 12000},
        {"answer": {"rows": 12000, "mark": {}}},
    ]
    answer(question(place, allowed), said.append)
    assert said[-1] == {"answer": {"names": ["n", "name", "moment", "big"]}}
    answer(question(place | {"query": "select nothing"}, allowed), said.append)
    assert said[-1]["refused"][0] == "database_query"


def test_the_process_ends_with_whoever_started_it(place: dict[str, Any], allowed: Allowed, tmp_path: Path) -> None:
    command = [sys.executable, *apart._CHILD]
    asked = question(place | {"query": ENDLESS}, allowed, target=str(tmp_path / "rows.parquet"))
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=apart._ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(asked) + "\n")
        process.stdin.flush()
        assert "source_connected" in process.stdout.readline()
        until_the_server(works=True)
        process.stdin.close()
        assert process.wait() == 1
    until_the_server(works=False)


#: It is in one call that never lets another thread run.
HOLDING = """
import re, sys
from catalog.data.sources import child, database

database.look = lambda *asked: re.fullmatch("(a|a)*b", "a" * 100)
child.main(sys.stdin, child.answers_apart())
"""


def test_a_process_that_sees_nothing_any_more_ends_all_the_same(place: dict[str, Any], allowed: Allowed) -> None:
    asked = json.dumps(question(place, limited(allowed, 1)))
    with subprocess.Popen([sys.executable, "-c", HOLDING], cwd=apart._ROOT, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        process.stdin.write(f"{asked}\n".encode())
        process.stdin.flush()
        assert process.wait() == -signal.SIGALRM
