"""Statements run by one call of libpq give what a cursor gives, and fail as a cursor fails."""

import threading
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import connection
from psycopg import errors

from catalog.data.engines import quick
from catalog.data.engines.quick import QuickConnection, can_be_quick, numbered

pytestmark = pytest.mark.django_db(transaction=True)
VALUES: tuple[tuple[str, list[str | int | None]], ...] = (
    ("SELECT CAST(%s AS text), CAST(%s AS bigint), CAST(%s AS text)", ["松花江 😀 ' \" \\ $1 %s", -(2**63), None]),
    ("SELECT CAST(%s AS numeric), CAST(%s AS date), CAST(%s AS boolean)", ["1.50", "2026-11-25", "true"]),
    ("SELECT ARRAY[1, 2, 3], ARRAY['a', NULL], now() > '2020-01-01', NULL::int, %s::text", ["x"]),
    ("SELECT '100%%', '%%s', CAST(%s AS text) || '%%'", ["50%"]),
    ("SELECT number FROM generate_series(1, CAST(%s AS bigint)) AS number ORDER BY 1 LIMIT CAST(%s AS bigint)", [9, 5]),
    ("SELECT 1 WHERE CAST(%s AS bigint) = 2", [1]),
    ("SELECT 1", []),
)


@pytest.fixture
def quickly() -> Iterator[QuickConnection]:
    address = {
        name: value for name, value in connection.get_connection_params().items() if isinstance(value, str | int)
    }
    address = {name: value for name, value in address.items() if name in {"dbname", "user", "password", "host", "port"}}
    with QuickConnection.connect(**address, autocommit=True) as made:
        yield made


def kept(lent: psycopg.Connection[Any]) -> int:
    row = lent.execute("SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'quick%'").fetchone()
    assert row is not None
    return int(row[0])


@pytest.mark.parametrize("case", range(len(VALUES)))
def test_answers_are_those_of_a_cursor(quickly: QuickConnection, case: int) -> None:
    sql, params = VALUES[case]
    expected = quickly.execute(sql, params).fetchall()
    for _ in range(3):
        assert quickly.fetch_quick(sql, params) == expected
    assert kept(quickly) == 1


def test_places_are_numbered() -> None:
    assert numbered("a = %s AND b LIKE '%%s%%' AND c = %s") == "a = $1 AND b LIKE '%s%' AND c = $2"


@pytest.mark.parametrize(("value", "plain"), [("a", True), (7, True), (None, True), (True, False), (1.5, False)])
def test_only_plain_values_are_quick(value: object, plain: bool) -> None:
    assert can_be_quick(["a", value]) is plain


def test_text_with_a_null_character_is_refused_and_not_cut(quickly: QuickConnection) -> None:
    with pytest.raises(psycopg.DataError):
        quickly.fetch_quick("SELECT CAST(%s AS text)", ["a\x00b"])
    assert quickly.fetch_quick("SELECT CAST(%s AS text)", ["ab"]) == [("ab",)]


FAULTS: tuple[tuple[str, list[str | int | None], type[psycopg.Error]], ...] = (
    ("SELECT * FROM there_is_none WHERE id = %s", [1], errors.UndefinedTable),
    ("SELECT 1 / CAST(%s AS bigint)", [0], errors.DivisionByZero),
    ("SELECT CAST(%s AS bigint)", ["a"], errors.InvalidTextRepresentation),
    ("SELECT pg_sleep(CAST(%s AS bigint))", [60], errors.QueryCanceled),
    ("SELECT pg_terminate_backend(pg_backend_pid()), %s::text", ["x"], psycopg.OperationalError),
)


@pytest.mark.parametrize("case", range(len(FAULTS)))
def test_faults_are_those_of_a_cursor(quickly: QuickConnection, case: int) -> None:
    sql, params, fault = FAULTS[case]
    quickly.execute("SET statement_timeout = 50")
    with pytest.raises(fault):
        quickly.fetch_quick(sql, params)
    if fault is not psycopg.OperationalError:
        assert quickly.fetch_quick("SELECT CAST(%s AS text)", ["after"]) == [("after",)]


def test_connection_that_was_lost_says_so(quickly: QuickConnection) -> None:
    quickly.fetch_quick("SELECT CAST(%s AS text)", ["a"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [quickly.info.backend_pid])
    with pytest.raises(psycopg.OperationalError):
        quickly.fetch_quick("SELECT CAST(%s AS text)", ["a"])


def test_statements_asked_last_are_kept(quickly: QuickConnection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quick, "_MOST", 3)
    for number in (0, 1, 2, 0, 3, 4, 0, 1):
        assert quickly.fetch_quick(f"SELECT {number}, CAST(%s AS text)", ["a"]) == [(number, "a")]
        assert kept(quickly) <= 3
    names = quickly.execute("SELECT statement FROM pg_prepared_statements WHERE name LIKE 'quick%'").fetchall()
    assert {statement.split()[1] for (statement,) in names} == {"0,", "1,", "4,"}


def test_who_waits_for_an_answer_keeps_nobody_from_working(quickly: QuickConnection) -> None:
    """The one who waits needs a lock that this thread gives away only while he waits."""
    found: list[object] = []
    wait = "SELECT pg_advisory_lock(CAST(%s AS bigint)), CAST(%s AS text)"

    def waiting() -> None:
        found.append(quickly.fetch_quick(wait, [7_320, "mine"])[0][1])

    quickly.execute("SET statement_timeout = '60s'")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(7320)")
        thread = threading.Thread(target=waiting)
        thread.start()
        blocked = "SELECT count(*) FROM pg_locks WHERE pid = %s AND NOT granted"
        while True:
            cursor.execute(blocked, [quickly.info.backend_pid])
            if cursor.fetchone() == (1,):
                break
            assert thread.is_alive()
        cursor.execute("SELECT pg_advisory_unlock(7320)")
    thread.join()
    assert found == ["mine"]
