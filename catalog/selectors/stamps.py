"""Where rows stand in the database: a text that is another one after every change of any of them.

PostgreSQL writes a changed row anew, under another transaction (xmin) and at another place (ctid). Two equal stamps
say that nothing was written in between, so what was read and decided then holds now. No writer has to help.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection

#: What a right to rows always rests on; the statement has `catalog_resource AS resource`.
RESOURCE_JOINS = (
    "LEFT JOIN catalog_version AS version ON version.id = resource.current_version_id "
    "LEFT JOIN catalog_servingtable AS serving ON serving.version_id = version.id"
)
RESOURCE_MARKS = (
    "resource.xmin, resource.ctid, version.xmin, version.ctid, serving.xmin, serving.ctid, "
    "(SELECT string_agg(concat_ws(' ', item.id, item.xmin, item.ctid), ',' ORDER BY item.id) "
    "FROM catalog_item AS item WHERE item.resource_id = resource.id)"
)


def stamp(sql: str, params: Sequence[Any]) -> str | None:
    """Run a statement of one row and give it as one text; None where it finds nothing (1 query)."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        found = cursor.fetchone()
    return None if found is None else "|".join(map(str, found))
