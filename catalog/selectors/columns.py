"""The declared columns of a resource, as the data plane takes them."""

from typing import Any

from catalog.data.schema import Column, ItemType
from catalog.models import Item, Resource
from catalog.selectors.standards import column_standards


def item_columns(resource: Resource) -> tuple[Column, ...]:
    """Give the declared columns of a resource, from its data items in order."""
    items = list(resource.items.select_related("element").order_by("position", "pk"))
    standards = column_standards(items)
    return tuple(_column(item, standards.get(item.pk, {})) for item in items)


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
