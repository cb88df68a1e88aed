"""Statements that are run so often that PostgreSQL shall plan them once for each connection."""

from collections.abc import Sequence
from typing import Any

import psycopg
from django.db import connection

_AFTER = 2


def execute_prepared(sql: str, params: Sequence[Any]) -> None:
    """Run a statement on Django's connection, prepared; inside a transaction as any other statement of it."""
    if not connection.in_atomic_block:
        connection.ensure_connection()
        with connection.wrap_database_errors:
            if _ran(connection.connection, sql, params):
                return
        # The server began anew since this connection was used last. Should it have written before it broke, the act is
        # told twice: better than not at all.
        connection.close()
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def _ran(raw: "psycopg.Connection[Any]", sql: str, params: Sequence[Any]) -> bool:
    """Run it; say no only of a connection that broke. Django binds values itself, so its cursors prepare nothing."""
    raw.prepare_threshold = _AFTER
    try:
        psycopg.Cursor(raw).execute(sql, params)
    except psycopg.OperationalError:
        if raw.broken:
            return False
        raise
    return True
