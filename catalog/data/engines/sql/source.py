"""Where an engine finds the rows, and where a statement finds the values of its placeholders."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.data.schema import ItemType


@dataclass(frozen=True)
class Source:
    """Where an engine finds the rows: a table expression, and whether it gives them by ascending row number.

    `binds_files` says that the expression has one placeholder, for the addresses of the files. `missing` are ids of
    columns that this source does not hold: their values are missing in every row. `row_json` is its column that
    holds the delivered values of each row ready as a JSON object; `plain` are the ids of plain columns
    (`catalog.data.engines.alike`). `file` is its column that says in which file of the version a row lies.
    """

    sql: str
    is_ordered: bool = False
    binds_files: bool = False
    missing: frozenset[str] = frozenset()
    row_json: str = ""
    plain: frozenset[str] = frozenset()
    file: str = ""


@dataclass(frozen=True)
class Slot:
    """Where the value of a placeholder comes from."""

    place: str
    type: ItemType = ItemType.STRING
    index: int = 0
    position: int = 0
