"""How columns may change from one version to the next, column by column id."""

from __future__ import annotations

from collections.abc import Sequence

from catalog.data.schema import Column, ItemType

_TEXT = {ItemType.STRING, ItemType.MEMO}
_DECIMALS = {ItemType.NUMERIC, ItemType.MONEY}
_DOUBLES = {ItemType.DOUBLE, ItemType.FLOAT}
_READ_AS = {
    ItemType.STRING: _TEXT,
    ItemType.MEMO: _TEXT,
    ItemType.INTEGER: {ItemType.INTEGER} | _DECIMALS | _DOUBLES | _TEXT,
    ItemType.NUMERIC: _DECIMALS | _DOUBLES | _TEXT,
    ItemType.MONEY: _DECIMALS | _DOUBLES | _TEXT,
    ItemType.DOUBLE: _DOUBLES,
    ItemType.FLOAT: _DOUBLES,
    ItemType.BOOLEAN: {ItemType.BOOLEAN},
    ItemType.DATE: {ItemType.DATE, ItemType.DATETIME} | _TEXT,
    ItemType.DATETIME: {ItemType.DATETIME} | _TEXT,
}
"""The types as which stored values of a type read without loss and without doubt."""


def retyped(before: Sequence[Column], after: Sequence[Column]) -> list[Column]:
    """Give the columns of `after` whose stored values of `before` cannot be read in the new type."""
    old = {column.id: column.type for column in before}
    return [column for column in after if column.id in old and column.type not in _READ_AS[old[column.id]]]


def came_and_went(before: Sequence[Column], after: Sequence[Column]) -> tuple[list[Column], list[Column]]:
    """Give the columns only `after` has and those only `before` has; a renamed column is in neither."""
    old, new = {column.id for column in before}, {column.id for column in after}
    return [column for column in after if column.id not in old], [column for column in before if column.id not in new]
