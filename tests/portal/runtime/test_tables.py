"""The database of each process of the suite says itself by which migrations its tables were made."""

from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection

from tests import tables

OTHER = "test_songhua_of_another_process"


@pytest.fixture
def server(db: None) -> Iterator[psycopg.Connection]:
    """The server past the transaction of the test, with a database of another process, which goes with it."""
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {OTHER}")
        cursor.execute(f"CREATE DATABASE {OTHER} TEMPLATE template0")
        yield cursor.connection
        cursor.execute(f"DROP DATABASE {OTHER}")


def test_the_database_of_this_process_is_marked(server: psycopg.Connection) -> None:
    assert tables.is_marked(server, connection.settings_dict["NAME"])


def test_one_process_says_nothing_of_the_database_of_another(server: psycopg.Connection) -> None:
    assert not tables.is_marked(server, OTHER)
    tables.mark(server, OTHER)
    assert tables.is_marked(server, OTHER)
    assert not tables.is_marked(server, "test_songhua_that_is_not_there")


def test_a_changed_migration_makes_the_tables_anew(server: psycopg.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    tables.mark(server, OTHER)
    monkeypatch.setattr(tables, "migrations_fingerprint", lambda: "of other migrations")
    assert not tables.is_marked(server, OTHER)
    assert not tables.is_marked(server, connection.settings_dict["NAME"])
