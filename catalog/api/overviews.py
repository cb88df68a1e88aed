"""The API of the catalogue as a whole: its trees, and how complete each department's descriptions are."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.views import CatalogView
from catalog.selectors.coverage import Coverage, coverage
from catalog.selectors.tree import TREES, Node, tree
from portal.kernel.errors import NotFound


def _node(node: Node) -> dict[str, Any]:
    return {
        "code": node.code,
        "name_zh": node.name_zh,
        "name_en": node.name_en,
        "count": node.count,
        "last_serial": node.serial or None,
        "children": [_node(child) for child in node.children],
    }


def _line(line: Coverage) -> dict[str, Any]:
    return {
        "department": line.department.uscc,
        "name_zh": line.department.name_zh,
        "published": line.published,
        "drafts": line.drafts,
        "amendments": line.amendments,
        "missing": line.missing,
        "share": line.share,
    }


class CatalogTree(CatalogView):
    """The catalogue as a tree."""

    @extend_schema(operation_id="catalog_tree", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, kind: str) -> Response:
        """Read the tree by ``classes`` or by ``departments``, with how many published resources each branch holds."""
        if kind not in TREES:
            raise NotFound
        return Response({"tree": kind, "branches": [_node(node) for node in tree(self.actor, kind)]})


class Completeness(CatalogView):
    """How complete descriptions are."""

    @extend_schema(operation_id="catalog_completeness", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """Read, by department, how many published resources lack what, and the percent that is there."""
        return Response({"departments": [_line(line) for line in coverage(self.actor)]})
