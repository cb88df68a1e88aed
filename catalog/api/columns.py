"""The API of who holds a column: the data items of every visible resource by words or by data element."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.views import CatalogView
from catalog.filters import LONGEST_QUERY
from catalog.models import Item
from catalog.selectors.element_sources import sources
from catalog.selectors.holders import holding_items
from portal.kernel.errors import Invalid


def _lines(items: list[Item]) -> list[dict[str, Any]]:
    """Represent a page of items with the departments that are the sources of their elements (1 query)."""
    named: dict[str, list[dict[str, str]]] = {}
    for source in sources().filter(identifier__in={item.element.identifier for item in items if item.element}):
        place = {"region": source.region_id, "department": source.department.uscc}
        named.setdefault(source.identifier, []).append(place)
    return [_line(item, named) for item in items]


def _line(item: Item, named: dict[str, list[dict[str, str]]]) -> dict[str, Any]:
    element = item.element.identifier if item.element else None
    return {
        "resource": item.resource.code,
        "title_zh": item.resource.title_zh,
        "title_en": item.resource.title_en,
        "provider": item.resource.provider.uscc,
        "column": item.code,
        "name_zh": item.name_zh,
        "name_en": item.name_en,
        "type": item.type,
        "length": item.length,
        "sharing_type": item.sharing_type,
        "element": element,
        "sources": named.get(element, []) if element else [],
    }


class ColumnList(CatalogView):
    """The data items that hold a column."""

    parameters = frozenset({"q", "element", "cursor", "limit"})

    @extend_schema(
        operation_id="catalog_columns_list",
        parameters=[
            OpenApiParameter("q", str, description="Words, pinyin or initials of its name, its column or its element"),
            OpenApiParameter("element", str, description="Identifier of a data element"),
            OpenApiParameter("cursor", str),
            OpenApiParameter("limit", int),
        ],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request) -> Response:
        """List data items with their resource, provider and the sources of their element; nothing asked, none found."""
        words, element = (request.query_params.get(name, "") for name in ("q", "element"))
        if len(words) > LONGEST_QUERY:
            raise Invalid(fields={"q": [_("At most 200 characters.")]})
        found = holding_items(self.actor, words, element=element).select_related("resource__provider", "element")
        return self.paged_together(request, found.defer("resource__search_vector"), _lines, ordering="pk")
