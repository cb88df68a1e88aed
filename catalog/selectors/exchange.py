"""Descriptions in the forms that the import takes back."""

from collections.abc import Iterable
from typing import Any

from catalog.data.template import write_template
from catalog.models import Resource
from catalog.selectors.amendments import DRAFTED_ITEM
from catalog.selectors.template import (
    ITEMS,
    NOTES,
    RESOURCES,
    exported_json,
    item_columns,
    resource_columns,
    template_item,
    template_rows,
)


def filled_template(resources: Iterable[Resource]) -> bytes:
    """Return the template with these descriptions as published (none: the empty template)."""
    found = list(resources)
    items = [template_item(resource, item) for resource in found for item in resource.items.all()]
    rows = [template_rows(resource) for resource in found]
    return write_template({RESOURCES: (resource_columns(), rows), ITEMS: (item_columns(), items)}, NOTES)


def catalog_document(resources: Iterable[Resource]) -> dict[str, Any]:
    """Return these descriptions as the JSON document of the import."""
    return {"resources": [exported_json(resource, resource.items.all(), DRAFTED_ITEM) for resource in resources]}
