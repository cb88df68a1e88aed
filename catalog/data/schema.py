"""Item types and columns: the declared shape of a table, as the catalogue's data items give it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from catalog.data.errors import PlanInvalid

ROW_COLUMN = "__row"
"""Hidden column of every stored file: the line of the source, unique and ascending; the tie-breaker of all paging."""


class ItemType(StrEnum):
    """Codes of the data item types (发改高技〔2017〕1272号 practice, domain.md §3)."""

    STRING = "C"
    NUMERIC = "N"
    MONEY = "Y"
    DATE = "D"
    DATETIME = "T"
    BOOLEAN = "L"
    MEMO = "M"
    DOUBLE = "B"
    INTEGER = "I"
    FLOAT = "F"

    @property
    def is_text(self) -> bool:
        """Whether values are kept as the text they came in."""
        return self in {ItemType.STRING, ItemType.MEMO}

    @property
    def is_number(self) -> bool:
        """Whether values can be added, rounded and banded."""
        return self in {ItemType.NUMERIC, ItemType.MONEY, ItemType.INTEGER, ItemType.DOUBLE, ItemType.FLOAT}

    @property
    def is_decimal(self) -> bool:
        """Whether values are exact decimals whose scale the file decides."""
        return self in {ItemType.NUMERIC, ItemType.MONEY}

    @property
    def is_time(self) -> bool:
        """Whether values are dates or times."""
        return self in {ItemType.DATE, ItemType.DATETIME}


FLOATING = frozenset({ItemType.DOUBLE, ItemType.FLOAT})

# The precision of decimals is decided for each file (catalog.data.ingest.cells); this is what a file without rows gets.
SQL_TYPES = {
    ItemType.STRING: "VARCHAR",
    ItemType.MEMO: "VARCHAR",
    ItemType.NUMERIC: "DECIMAL(18, 2)",
    ItemType.MONEY: "DECIMAL(18, 2)",
    ItemType.INTEGER: "BIGINT",
    ItemType.DOUBLE: "DOUBLE",
    ItemType.FLOAT: "DOUBLE",
    ItemType.BOOLEAN: "BOOLEAN",
    ItemType.DATE: "DATE",
    ItemType.DATETIME: "TIMESTAMP",
}


@dataclass(frozen=True, kw_only=True)
class Column:
    """One data item of a table.

    `id` is the stable identity and the physical column name in Parquet; `name` is the key in rows,
    headers and parameters; `title` is the Chinese name, which an uploaded header may use instead.
    `values`, `pattern` (a whole-value regular expression of RE2), `check` (a name of
    `catalog.data.standards.checks.CHECKS`) and `element` come from the data element the item is bound to.
    """

    id: str
    name: str
    type: ItemType = ItemType.STRING
    title: str = ""
    length: int | None = None
    nullable: bool = True
    primary_key: bool = False
    values: tuple[str, ...] | None = None
    pattern: str = ""
    check: str = ""
    element: str = ""

    def __post_init__(self) -> None:
        if not self.id or not self.name or ROW_COLUMN in {self.id, self.name}:
            raise PlanInvalid("columns", "column_name", name=self.name)

    @property
    def required(self) -> bool:
        """Whether a row without a value breaks the declaration."""
        return self.primary_key or not self.nullable

    def to_json(self) -> dict[str, Any]:
        """Give the JSON that a version keeps of its schema."""
        return {
            "id": self.id,
            "name": self.name,
            "title": self.title,
            "type": self.type.value,
            "length": self.length,
            "nullable": self.nullable,
            "primary_key": self.primary_key,
            "values": None if self.values is None else list(self.values),
            "pattern": self.pattern,
            "check": self.check,
            "element": self.element,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Column:
        """Read a column from the JSON of `to_json`."""
        values = data.get("values")
        return cls(
            id=str(data["id"]),
            name=str(data["name"]),
            title=str(data.get("title") or ""),
            type=ItemType(data.get("type", "C")),
            length=data.get("length"),
            nullable=bool(data.get("nullable", True)),
            primary_key=bool(data.get("primary_key", False)),
            values=None if values is None else tuple(str(value) for value in values),
            pattern=str(data.get("pattern") or ""),
            check=str(data.get("check") or ""),
            element=str(data.get("element") or ""),
        )


def columns_to_json(columns: Iterable[Column]) -> list[dict[str, Any]]:
    """Give the JSON list that a version stores as its schema."""
    return [column.to_json() for column in columns]


def columns_from_json(data: Iterable[Mapping[str, Any]]) -> tuple[Column, ...]:
    """Read the columns of a stored schema."""
    return tuple(Column.from_json(item) for item in data)
