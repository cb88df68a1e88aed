"""Where rows stand in the database: a text that is another one after every change of any of them.

PostgreSQL writes a changed row anew, under another transaction (xmin) and at another place (ctid). Two equal stamps
say that nothing was written in between, so what was read and decided then holds now. No writer has to help.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from portal.kernel.proof import Proof

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


@dataclass(frozen=True, slots=True)
class Stamp:
    """A statement of one text over every row on which a right rests, and the day where the right looks at the clock."""

    sql: str
    params: Sequence[Any]
    day: str = ""

    def take(self) -> str | None:
        """Ask for the stamp; None where there is nothing to stamp (1 query)."""
        with connection.cursor() as cursor:
            cursor.execute(self.sql, self.params)
            found = cursor.fetchone()
        return None if found is None else f"{found[0]}|{self.day}"

    def proof(self, stamp: str) -> Proof | None:
        """Give what must be asked for a stamp taken before to hold; None when the day is another one already."""
        text, _, day = stamp.rpartition("|")
        return Proof(self.sql, self.params, text) if day == self.day else None
