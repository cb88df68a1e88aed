"""Make the tables of a test database anew where a migration has changed since; the database itself bears the mark.

Each process of a run has a database of its own, and runs take different numbers of processes: what one run made is
no news of what another finds.
"""

import psycopg
import pytest
from django.db import connection
from psycopg import sql
from pytest_django import DjangoDbBlocker

from portal.runtime.freshness import migrations_fingerprint


def is_marked(server: psycopg.Connection, database: str) -> bool:
    """Whether the database was made by the migrations as they are now."""
    asked = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
    return server.execute(asked, [database]).fetchone() == (migrations_fingerprint(),)


def mark(server: psycopg.Connection, database: str) -> None:
    """Note by which migrations the database was made; the note goes when the database goes."""
    statement = sql.SQL("COMMENT ON DATABASE {} IS {}")
    server.execute(statement.format(sql.Identifier(database), sql.Literal(migrations_fingerprint())))


@pytest.fixture(scope="session")
def django_db_createdb(
    request: pytest.FixtureRequest, django_db_modify_db_settings: None, django_db_blocker: DjangoDbBlocker
) -> bool:
    """Make the database where that is asked for, or where its tables are those of other migrations."""
    with django_db_blocker.unblock(), connection._nodb_cursor() as cursor:
        name = connection.creation._get_test_db_name()
        return bool(request.config.getvalue("create_db")) or not is_marked(cursor.connection, name)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Mark what stands now."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        mark(cursor.connection, connection.settings_dict["NAME"])
