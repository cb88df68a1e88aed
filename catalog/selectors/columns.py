"""The declared columns of a resource, as the data plane takes them, and what columns are called on pages."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import get_language

from catalog.data.schema import Column, ItemType, columns_from_json
from catalog.models import Item, Resource, Version
from catalog.selectors.standards import column_standards

_NUMBERS = frozenset("NYBIF")


@dataclass(frozen=True, slots=True)
class Heading:
    """A column as a page names it, in both languages; ``heading`` and ``trans_field`` print it."""

    name: str
    name_zh: str
    name_en: str = ""
    is_key: bool = False


def item_columns(resource: Resource) -> tuple[Column, ...]:
    """Give the declared columns of a resource, from its data items in order."""
    items = list(resource.items.select_related("element").order_by("position", "pk"))
    standards = column_standards(items)
    return tuple(_column(item, standards.get(item.pk, {})) for item in items)


def worded(columns: Iterable[Column], items: Iterable[Item]) -> tuple[Column, ...]:
    """Give columns under titles of the reader's language; ``items``, those of today, are asked where it is not Chinese.

    They serve the words of pages only: a file is checked by ``item_columns``, whose titles its header may use.
    """
    if (get_language() or "").startswith("zh"):
        return tuple(columns)
    english = {item.column_id: item.name_en for item in items}
    return tuple(replace(column, title=english.get(column.id) or column.title) for column in columns)


def worded_columns(resource: Resource) -> tuple[Column, ...]:
    """Give the declared columns of a resource for the words of a page."""
    return worded(item_columns(resource), resource.items.all())


def headings(resource: Resource, columns: Iterable[Column]) -> list[Heading]:
    """Name columns of a version: in Chinese as it was made with, in English as the data item says today."""
    english = {item.column_id: item.name_en for item in resource.items.all()}
    return [
        Heading(column.name, column.title or column.name, english.get(column.id, ""), column.primary_key)
        for column in columns
    ]


def field_heads(version: Version, fields: Iterable[Mapping[str, str]]) -> list[dict[str, Any]]:
    """Return the heads of a table of rows that came through the gate from ``version``."""
    named = {one.name: one.name_en for one in headings(version.resource, columns_from_json(version.columns))}
    return [
        {
            "name": field["id"],
            "name_zh": field["title"] or field["id"],
            "name_en": named.get(field["id"], ""),
            "is_numeric": field["type"] in _NUMBERS,
        }
        for field in fields
    ]


def _column(item: Item, standard: dict[str, Any]) -> Column:
    return Column(
        id=item.column_id,
        name=item.code,
        title=item.name_zh,
        type=ItemType(item.type),
        length=item.length,
        nullable=item.is_nullable,
        primary_key=item.is_key,
        **standard,
    )
