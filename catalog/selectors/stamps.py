"""The stamp of a right: a text that is another one after every change of any row on which the right rests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from portal.kernel.places import Rows, mark, marks, proof_of
from portal.kernel.proof import Proof

DEPARTMENT = Rows("accounts_department")
#: What a right to rows always rests on; the statement has `catalog_resource AS resource`.
RESOURCE_TABLES: Mapping[str, Rows] = {
    "resource": Rows("catalog_resource"),
    "version": Rows("catalog_version"),
    "serving": Rows("catalog_servingtable"),
    "items": Rows("catalog_item", of=("resource_id", "resource")),
}
RESOURCE_JOINS = (
    "LEFT JOIN catalog_version AS version ON version.id = resource.current_version_id "
    "LEFT JOIN catalog_servingtable AS serving ON serving.version_id = version.id"
)
_ITEMS = (
    f"SELECT {marks('item', RESOURCE_TABLES['items'])} FROM catalog_item AS item WHERE item.resource_id = resource.id"  # noqa: S608  text of our own
)
RESOURCE_MARKS: Mapping[str, str] = {
    name: f"({_ITEMS})" if rows.of else mark(name, rows) for name, rows in RESOURCE_TABLES.items()
}


@dataclass(frozen=True, slots=True)
class Stamp:
    """A statement of one text over every row on which a right rests, the tables of these rows by their names in it, and
    the day where the right looks at the clock.
    """

    sql: str
    params: Sequence[Any]
    tables: Mapping[str, Rows]
    day: str = ""

    def take(self) -> str | None:
        """Ask for the stamp; None where there is nothing to stamp (1 query)."""
        with connection.cursor() as cursor:
            cursor.execute(self.sql, self.params)
            found = cursor.fetchone()
        return None if found is None else f"{found[0]}/{self.day}"

    def is_of_its_day(self, stamp: str) -> bool:
        """Say whether a stamp taken before was taken on the same day."""
        return stamp.rpartition("/")[2] == self.day

    def proof(self, stamp: str) -> Proof:
        """Give what must be asked for a stamp taken before to hold, on its day."""
        text = stamp.rpartition("/")[0]
        return proof_of(text, self.tables) or Proof(self.sql, self.params, text)
