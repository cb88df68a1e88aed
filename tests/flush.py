"""How tests of real transactions leave the tables: as they were when the migrations had run.

Django empties every table after such a test and tells every app that it has migrated, so that code sets, classes and
elements are made anew: two seconds for each test. Here they are made once in a process, by the very same receivers,
and kept in a schema beside. After every later test the tables that hold rows are emptied, and copies put back where
a kept row was touched.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management.commands import flush
from django.db import connection, transaction
from django.db.backends.postgresql.operations import DatabaseOperations

KEPT = "kept_for_tests"


def _asked(statement: str, *values: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return [row[0] for row in cursor.fetchall()] if cursor.description else []


def _filled() -> list[str]:
    """The tables that hold rows."""
    names = (name for name in connection.introspection.table_names() if name != "django_migrations")
    return _asked(" UNION ALL ".join(f"(SELECT '{name}' FROM \"{name}\" LIMIT 1)" for name in names))


class _Kept:
    """What stood in the tables after the migrations, and which transaction last put it there."""

    def __init__(self) -> None:
        _asked(f"DROP SCHEMA IF EXISTS {KEPT} CASCADE")
        _asked(f"CREATE SCHEMA {KEPT}")
        self.columns: dict[str, str] = {}
        self.counts: dict[str, int] = {}
        self.written_by: dict[str, int] = {}
        for table in _filled():
            # PostgreSQL computes the generated columns itself.
            names = _asked(
                "SELECT quote_ident(column_name) FROM information_schema.columns WHERE table_name = %s"
                " AND table_schema = current_schema() AND is_generated = 'NEVER' ORDER BY ordinal_position",
                table,
            )
            self.columns[table] = columns = ", ".join(names)
            _asked(f'CREATE UNLOGGED TABLE {KEPT}."{table}" AS SELECT {columns} FROM "{table}"')
            (self.counts[table],) = _asked(f'SELECT count(*) FROM {KEPT}."{table}"')

    def put_back(self) -> None:
        """Leave the kept rows, and no others. A row that was touched bears another transaction than ours."""
        for table in _filled():
            if not self._is_untouched(table):
                _asked(f'DELETE FROM "{table}"')
        for table, columns in self.columns.items():
            if not self._is_untouched(table):
                _asked(f'INSERT INTO "{table}" ({columns}) SELECT {columns} FROM {KEPT}."{table}"')
                (self.written_by[table],) = _asked("SELECT pg_current_xact_id()::xid::text::bigint")

    def _is_untouched(self, table: str) -> bool:
        if table not in self.written_by:
            return False
        ours = f"count(*) FILTER (WHERE xmin::text::bigint = {self.written_by[table]})"
        (found,) = _asked(f'SELECT CASE WHEN count(*) = {ours} THEN count(*) ELSE -1 END FROM "{table}"')
        return bool(found == self.counts[table])


@pytest.fixture(scope="session", autouse=True)
def _quick_flush() -> Iterator[None]:
    """Empty the tables past the record's triggers, which refuse it, and put back what migrating had left."""
    kept: list[_Kept] = []
    empty, tell = DatabaseOperations.execute_sql_flush, flush.emit_post_migrate_signal

    def execute(self: Any, statements: list[str]) -> None:
        with transaction.atomic():
            _asked("SET LOCAL session_replication_role = replica")
            if kept:
                kept[0].put_back()
            else:
                empty(self, statements)
            _asked("SET LOCAL session_replication_role = origin")

    def tell_once(*arguments: Any, **options: Any) -> None:
        if not kept:
            tell(*arguments, **options)
            kept.append(_Kept())

    patch = pytest.MonkeyPatch()
    patch.setattr(DatabaseOperations, "execute_sql_flush", execute)
    patch.setattr(flush, "emit_post_migrate_signal", tell_once)
    yield
    patch.undo()
