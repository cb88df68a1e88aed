"""How the engines' SQL differs: names, types, placeholders, and the few functions that they spell differently.

Only what all engines answer alike is used at all: no regular expressions, no folding of letters beyond ASCII, no
arithmetic on floating numbers (data-plane.md §3.3). The parity suite holds the engines against each other.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from catalog.data.schema import ItemType

_UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_FOLD = str.maketrans(_UPPER, _UPPER.lower())
_WILD = str.maketrans({"\\": "\\\\", "%": "\\%", "_": "\\_"})


@dataclass(frozen=True)
class Dialect:
    """SQL as DuckDB reads it; the others change what they must. `types` are the engine's names of item types."""

    name: str
    text: str
    types: Mapping[ItemType, str]

    def __hash__(self) -> int:
        return hash(self.name)

    def quote(self, name: str) -> str:
        """Quote a name."""
        return '"' + name.replace('"', '""') + '"'

    def literal(self, text: str) -> str:
        """Quote a text of our own making, such as a name."""
        return "'" + text.replace("'", "''") + "'"

    def mark(self, item: ItemType) -> str:
        """Give the placeholder of one value of a type."""
        return "?"

    @property
    def limit_mark(self) -> str:
        """Give the placeholder of a number of rows."""
        return self.mark(ItemType.INTEGER)

    def value(self, text: str, item: ItemType) -> Any:
        """Give the value that is bound for a text which fits the type."""
        return typed(text, item)

    def compared(self, expression: str, item: ItemType) -> str:
        """Give the expression as it is ordered: texts by their code points, whatever the language of the machine."""
        return expression

    def as_text(self, expression: str) -> str:
        """Cast to text."""
        return f"CAST({expression} AS {self.text})"

    def sha256(self, expression: str) -> str:
        """Hash a text; hexadecimal."""
        return f"sha256({expression})"

    def folded(self, expression: str) -> str:
        """Make the 26 letters small and leave every other character alone."""
        return f"translate({expression}, '{_UPPER}', '{_UPPER.lower()}')"

    def like(self, expression: str, pattern: str) -> str:
        """Match a pattern whose escape is the backslash."""
        return f"{expression} LIKE {pattern} ESCAPE '\\'"

    def without_zeros(self, text: str) -> str:
        """Cut the zeros at the end of a text."""
        return f"rtrim({text}, '0')"

    def without_nan(self, expression: str) -> str:
        """Take what is not a number for missing.

        Statistics of Parquet files leave NaN out, so that an engine which trusts them loses such rows or lets them by.
        """
        return f"(CASE WHEN NOT isnan({expression}) THEN {expression} END)"

    def rounded(self, expression: str, digits: int) -> str:
        """Round a decimal; one that has fewer digits after the point stays as it is written."""
        return f"round({expression}, {digits})"

    def within(self, expression: str) -> str | None:
        """Give a decimal as comparisons with finer ones need it, missing where it has too many digits before the point.

        None for an engine whose decimals are as long as they like.
        """
        return f"TRY_CAST({expression} AS DECIMAL(38, 18))"

    def number(self, expression: str, scale: int) -> str:
        """Cast to an exact decimal of 38 digits."""
        return f"CAST({expression} AS DECIMAL(38, {scale}))"


class Postgres(Dialect):
    """PostgreSQL by psycopg, where a percent sign begins a placeholder and is written twice."""

    __hash__ = Dialect.__hash__

    def quote(self, name: str) -> str:
        """Quote a name."""
        return super().quote(name).replace("%", "%%")

    def literal(self, text: str) -> str:
        """Quote a text of our own making."""
        return super().literal(text).replace("%", "%%")

    def mark(self, item: ItemType) -> str:
        """Say the type, so that a prepared statement stays one whatever the size of the value."""
        return f"CAST(%s AS {self.types[item]})"

    def compared(self, expression: str, item: ItemType) -> str:
        """Order texts by code point."""
        return f'({expression} COLLATE "C")' if item.is_text else expression

    def within(self, expression: str) -> str | None:
        """Leave decimals alone."""
        return None

    def sha256(self, expression: str) -> str:
        """Hash the UTF-8 of a text."""
        return f"encode(sha256(convert_to({expression}, 'UTF8')), 'hex')"

    def without_nan(self, expression: str) -> str:
        """Take what is not a number for missing."""
        return f"nullif({expression}, CAST('NaN' AS double precision))"

    def rounded(self, expression: str, digits: int) -> str:
        """Round without adding zeros."""
        return (
            f"round({expression}, least({digits}, scale({expression})))"
            if digits > 0
            else super().rounded(expression, digits)
        )


class Spark(Dialect):
    """Spark SQL in its ANSI mode."""

    __hash__ = Dialect.__hash__

    def quote(self, name: str) -> str:
        """Quote a name in Spark's way."""
        return "`" + name.replace("`", "``") + "`"

    def mark(self, item: ItemType) -> str:
        """Bind texts and let Spark read them: naive times would pass through the time zone of this process."""
        return "?" if item.is_decimal else f"CAST(? AS {self.types[item]})"

    @property
    def limit_mark(self) -> str:
        """Say the one type that LIMIT takes."""
        return "CAST(? AS INT)"

    def value(self, text: str, item: ItemType) -> Any:
        """Give decimals as such, because a cast would fix their scale; all else as text."""
        return typed(text, item) if item.is_decimal else text

    def sha256(self, expression: str) -> str:
        """Hash the UTF-8 of a text."""
        return f"sha2({expression}, 256)"

    def like(self, expression: str, pattern: str) -> str:
        """Match a pattern; a backslash in a literal of Spark is written twice."""
        return f"{expression} LIKE {pattern} ESCAPE '\\\\'"

    def without_zeros(self, text: str) -> str:
        """Cut the zeros at the end of a text."""
        return f"trim(TRAILING '0' FROM {text})"


_DUCKDB_TYPES = {
    ItemType.STRING: "VARCHAR",
    ItemType.MEMO: "VARCHAR",
    ItemType.DATE: "DATE",
    ItemType.DATETIME: "TIMESTAMP",
    ItemType.BOOLEAN: "BOOLEAN",
    ItemType.INTEGER: "BIGINT",
    ItemType.NUMERIC: "DECIMAL(38, 9)",
    ItemType.MONEY: "DECIMAL(38, 9)",
    ItemType.DOUBLE: "DOUBLE",
    ItemType.FLOAT: "DOUBLE",
}
DUCKDB = Dialect("duckdb", "VARCHAR", _DUCKDB_TYPES)
POSTGRES = Postgres(
    "postgres",
    "text",
    {
        **_DUCKDB_TYPES,
        ItemType.STRING: "text",
        ItemType.MEMO: "text",
        ItemType.NUMERIC: "numeric",
        ItemType.MONEY: "numeric",
        ItemType.DOUBLE: "double precision",
        ItemType.FLOAT: "double precision",
    },
)
SPARK = Spark(
    "spark",
    "STRING",
    {**_DUCKDB_TYPES, ItemType.STRING: "STRING", ItemType.MEMO: "STRING", ItemType.DATETIME: "TIMESTAMP_NTZ"},
)


def typed(text: str, item: ItemType) -> Any:
    """Read a text that fits a type as the Python value of that type."""
    if item.is_text:
        return text
    if item == ItemType.BOOLEAN:
        return text == "true"
    if item == ItemType.DATE:
        return datetime.date.fromisoformat(text)
    if item == ItemType.DATETIME:
        return datetime.datetime.fromisoformat(text)
    if item == ItemType.INTEGER:
        return int(text)
    return Decimal(text) if item.is_decimal else float(text)


def pattern(text: str) -> str:
    """Write a reader's pattern so that every engine takes it; without a wildcard it is looked for anywhere.

    A backslash makes the next character mean itself; one that stands alone at the end means itself.
    """
    if "%" not in text and "_" not in text:
        return containing(text)
    rest = iter(text)
    return "".join(next(rest, "\\").translate(_WILD) if letter == "\\" else letter for letter in rest)


def containing(text: str) -> str:
    """Write the pattern that finds `text` anywhere."""
    return f"%{text.translate(_WILD)}%"


def folded(text: str) -> str:
    """Make the 26 letters small, as `Dialect.folded` does in SQL."""
    return text.translate(_FOLD)
