"""Reading real servers: every type comes as text, what is new by its watermark, nothing is written, time is limited."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.conf import LazySettings
from django.db import connection

from catalog.data.errors import IngestCancelled
from catalog.data.sources import Allowed, Fetched, SourceError, Watch, fetch, probe
from catalog.data.sources.database import text_of
from catalog.data.stopping import Stopper, stoppable
from catalog.services.sources import save_source
from tests.cast import Cast
from tests.catalog.sources.running import run_now
from tests.factories.catalog import resource_in
from tests.mysql import Server

TABLE = (
    "CREATE TABLE `街道` (code char(9) PRIMARY KEY, `名 称` varchar(40), contact text, big decimal(38, 4), "
    "half double, "
    "day date, moment datetime(6), clock time, yes tinyint(1), raw varbinary(8), tree json, number bigint unsigned)"
)
ROW = (
    "INSERT INTO `街道` VALUES ('012345678', '南岭 😀 𠮷:x', NULL, 12345678901234567890.5000, 0.1, '2026-01-02', "
    "'2026-01-02 03:04:05.060708', '-26:03:04', 1, x'00ff', '{\"甲\": [1, null]}', 18446744073709551615)"
)
TEXTS = {
    "code": "012345678",
    "名 称": "南岭 😀 𠮷:x",
    "contact": None,
    "big": "12345678901234567890.5000",
    "half": "0.1",
    "day": "2026-01-02",
    "moment": "2026-01-02 03:04:05.060708",
    "clock": "-26:03:04",
    "yes": "1",
    "raw": "00ff",
    "tree": '{"甲": [1, null]}',
    "number": "18446744073709551615",
}
MANY = "SELECT a.seq AS n, repeat('字', 200) AS word FROM seq_1_to_2000000 a ORDER BY n"
SLOW = "SELECT sleep(30) AS n"


def ask(
    place: dict[str, Any], password: str, folder: Path, mark: dict[str, Any] | None = None, **more: Any
) -> Fetched | None:
    watch = more.pop("watch", None) or Watch()
    allowed = Allowed(hosts=("127.0.0.1", place["host"]), **more)
    return fetch("database", place, password, mark or {}, folder, allowed, watch)


def rows(found: Fetched | None) -> list[dict[str, Any]]:
    assert found is not None
    return pq.read_table(found.path).to_pylist()


@contextmanager
def told_after(seconds: float) -> Iterator[Stopper]:
    """Tell what happens within to stop after that time, from another thread."""
    with stoppable() as stopper:
        timer = threading.Timer(seconds, stopper.stop)
        timer.start()
        try:
            yield stopper
        finally:
            timer.cancel()
            timer.join()


@pytest.fixture
def table(mysql: Server) -> Server:
    mysql.execute(f"USE {mysql.database}", "DROP TABLE IF EXISTS `街道`", TABLE, ROW)
    return mysql


@pytest.mark.mysql
def test_every_type_of_mysql_comes_as_text_without_loss(table: Server, tmp_path: Path) -> None:
    place = table.place(table="街道")
    assert rows(ask(place, table.password, tmp_path)) == [TEXTS]
    named = table.place(table=f"{table.database}.街道")
    assert probe("database", named, table.password, Allowed(hosts=("127.0.0.1",))) == list(TEXTS)


@pytest.mark.mysql
def test_a_socket_of_mysql_is_a_host(table: Server, tmp_path: Path) -> None:
    table.execute(
        f"CREATE OR REPLACE USER 'reader'@'localhost' IDENTIFIED BY '{table.password}'",
        f"GRANT SELECT ON {table.database}.* TO 'reader'@'localhost'",
    )
    assert rows(ask(table.place(table="街道", host=table.socket), table.password, tmp_path)) == [TEXTS]


@pytest.mark.mysql
@pytest.mark.parametrize(
    ("column", "kind", "low", "high", "add"),
    [
        ("moment", "datetime", "2026-01-02 03:04:05.060708", "2026-03-01 00:00:00", "'000000002', '2026-03-01', 1"),
        ("number", "int", "18446744073709551615", None, "'000000002', '2026-03-01', 1"),
        ("code", "str", "012345678", "99", "'99', '2026-03-01', 1"),
    ],
)
def test_mysql_gives_what_is_past_the_watermark(
    table: Server, tmp_path: Path, column: str, kind: str, low: str, high: str | None, add: str
) -> None:
    place = table.place(query=f"select code, moment, number from `街道` where `名 称` <> ':x' or {column} is not null")
    place["watermark_column"] = column
    first = ask(place, table.password, tmp_path)
    assert first is not None
    assert (first.mark, first.rows) == ({"type": kind, "value": low}, 1)
    table.execute(f"INSERT INTO {table.database}.`街道` (code, moment, number) VALUES ({add})")
    second = ask(place, table.password, tmp_path, first.mark)
    if high is None:
        assert second is None
    else:
        assert (rows(second)[0][column], second and second.mark["value"]) == (high, high)


@pytest.mark.mysql
def test_mysql_cannot_be_written(table: Server, tmp_path: Path) -> None:
    table.execute(
        f"DROP FUNCTION IF EXISTS {table.database}.seize",
        f"CREATE FUNCTION {table.database}.seize() RETURNS int MODIFIES SQL DATA "
        "BEGIN DELETE FROM `街道`; RETURN 1; END",
    )
    with pytest.raises(SourceError) as refusal:
        ask(table.place(query="select seize() as n"), table.password, tmp_path)
    assert refusal.value.code == "database_query"
    assert "READ ONLY" in str(refusal.value.params["detail"])
    assert ask(table.place(table="街道"), table.password, tmp_path) is not None


@pytest.mark.mysql
def test_mysql_says_why_it_cannot_be_reached_without_the_password(table: Server, tmp_path: Path) -> None:
    with pytest.raises(SourceError) as wrong:
        ask(table.place(table="街道"), "geheim-4711", tmp_path)
    assert wrong.value.code == "database_connect"
    assert "Access denied" in str(wrong.value.params)
    assert "geheim" not in str(wrong.value.params)
    with pytest.raises(SourceError) as gone:
        ask(table.place(table="街道", port=1), table.password, tmp_path)
    assert gone.value.code == "database_connect"
    with pytest.raises(SourceError) as unknown:
        ask(table.place(table="没有"), table.password, tmp_path)
    assert unknown.value.code == "database_query"


@pytest.mark.mysql
def test_a_statement_of_mysql_has_its_time(table: Server, tmp_path: Path) -> None:
    with pytest.raises(SourceError) as late:
        ask(table.place(query=SLOW), table.password, tmp_path, seconds=1)
    assert (late.value.code, late.value.params) == ("statement_time", {"seconds": 1})


@pytest.mark.mysql
@pytest.mark.parametrize("query", [SLOW, MANY])
def test_a_query_of_mysql_is_broken_off(table: Server, tmp_path: Path, query: str) -> None:
    began = time.monotonic()
    with told_after(0.5), pytest.raises(IngestCancelled):
        ask(table.place(query=query), table.password, tmp_path)
    assert time.monotonic() - began < 10
    running = f"SELECT 1 FROM information_schema.processlist WHERE user = '{table.username}' AND command = 'Query'"
    assert ask(table.place(query=f"{running} AND info NOT LIKE '%processlist%'"), table.password, tmp_path) is None


@pytest.mark.mysql
def test_a_fetch_that_fails_half_way_does_not_read_the_rest(table: Server, tmp_path: Path) -> None:
    def full(_rows: int) -> None:
        text = "no space left"
        raise OSError(text)

    began = time.monotonic()
    with pytest.raises(OSError, match="no space"):
        ask(table.place(query=MANY), table.password, tmp_path, watch=Watch(progress=full))
    assert time.monotonic() - began < 5


@pytest.mark.mysql
def test_a_table_of_mysql_becomes_a_version(
    cast: Cast, table: Server, settings: LazySettings, tmp_path: Path, django_db_blocker: Any
) -> None:
    settings.SOURCE_HOSTS = [f"127.0.0.1:{table.port}"]
    resource = resource_in(cast, "published")
    place = table.place(query="select code, `名 称` as name, contact from `街道`")
    fields = {"title": "库", "kind": "database", "place": place, "password": table.password}
    source = save_source(cast.actor("steward"), resource=resource, **fields)
    run = run_now(source)
    assert (run.state, run.rows) == ("succeeded", 1), run.params


@pytest.fixture
def postgres(cast: Cast) -> dict[str, Any]:
    """The server of the tests themselves, looked at from outside; the cast has the database made."""
    known = connection.settings_dict
    host = known["HOST"] or known["OPTIONS"].get("host", "")
    place = {"dialect": "postgresql+psycopg", "host": host, "database": known["NAME"], "username": known["USER"]}
    return place | ({"port": known["PORT"]} if known["PORT"] else {})


def test_every_type_of_postgresql_comes_as_text_without_loss(postgres: dict[str, Any], tmp_path: Path) -> None:
    postgres["query"] = (
        "select '012'::char(3) as code, '南岭:x'::text as name, null::int as none, 12345678901234567890.50::numeric, "
        "0.1::float8 as half, '2026-01-02'::date as day, '2026-01-02 03:04:05'::timestamp as moment, true as yes, "
        "'\\x00ff'::bytea as raw, '{\"甲\": [1, null]}'::jsonb as tree, array['a', '乙'] as list, "
        "'26:03:04'::interval as clock, '03:04:05'::time as hour, "
        "'123e4567-e89b-42d3-a456-426614174000'::uuid as id"
    )
    (row,) = rows(ask(postgres, "x", tmp_path))
    assert list(row.values()) == [
        "012",
        "南岭:x",
        None,
        "12345678901234567890.50",
        "0.1",
        "2026-01-02",
        "2026-01-02 03:04:05",
        "true",
        "00ff",
        '{"甲": [1, null]}',
        '["a", "乙"]',
        "26:03:04",
        "03:04:05",
        "123e4567-e89b-42d3-a456-426614174000",
    ]


def test_a_statement_of_postgresql_has_its_time(postgres: dict[str, Any], tmp_path: Path) -> None:
    postgres["query"] = "select pg_sleep(30)::text as n"
    with pytest.raises(SourceError) as late:
        ask(postgres, "x", tmp_path, seconds=1)
    assert late.value.code == "statement_time"


@pytest.mark.parametrize("query", ["select pg_sleep(30)::text as n", "select generate_series(1, 50000000) as n"])
def test_a_query_of_postgresql_is_broken_off(postgres: dict[str, Any], tmp_path: Path, query: str) -> None:
    postgres["query"] = query
    began = time.monotonic()
    with told_after(0.5), pytest.raises(IngestCancelled):
        ask(postgres, "x", tmp_path)
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("seconds", [0, 1])
def test_a_query_of_sqlite_ends_in_time_or_is_broken_off(tmp_path: Path, seconds: int) -> None:
    (tmp_path / "a.sqlite").touch()
    place = {"dialect": "sqlite", "host": "", "database": str(tmp_path / "a.sqlite")}
    endless = "with recursive n(i) as (select 1 union all select i + 1 from n) select max(i) from n"
    wanted = SourceError if seconds else IngestCancelled
    with told_after(60 if seconds else 0.5), pytest.raises(wanted):
        ask(place | {"query": endless}, "", tmp_path, seconds=seconds, folders=(tmp_path,))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (timedelta(hours=1, minutes=2, seconds=3), "01:02:03"),
        (timedelta(days=1, microseconds=5), "24:00:00.000005"),
        (-timedelta(seconds=61), "-00:01:01"),
    ],
)
def test_lengths_of_time_are_written_as_clocks(value: timedelta, text: str) -> None:
    assert text_of(value) == text
