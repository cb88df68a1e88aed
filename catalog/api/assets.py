"""The API of assets: the register, and a resource's asset sheet, lineage and impact."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog import policies
from catalog.api.views import CatalogView
from catalog.models import Resource
from catalog.selectors import assets as selectors
from catalog.selectors import impact as impacts
from catalog.selectors.lineage import lineage_of
from portal.kernel.errors import NotAllowed


def _lines(found: list[Resource]) -> list[dict[str, Any]]:
    return [_line(line) for line in selectors.asset_lines(found)]


def _line(line: selectors.AssetLine) -> dict[str, Any]:
    resource = line.resource
    return {
        "code": resource.code,
        "title_zh": resource.title_zh,
        "title_en": resource.title_en,
        "provider": resource.provider.uscc,
        "state": resource.state,
        "grade": resource.grade,
        "rows": line.rows,
        "versions": line.stored.versions,
        "bytes": line.stored.bytes,
        "grants": line.use.grants,
        "departments": line.use.departments,
        "rows_delivered": line.use.rows,
        "downloads": line.use.downloads,
        "cost": str(line.cost),
        "value_statement": line.value_statement,
    }


class AssetList(CatalogView):
    """The register of assets the caller accounts for."""

    parameters = frozenset({"q", "cursor", "limit"})

    @extend_schema(
        operation_id="catalog_assets_list",
        parameters=[OpenApiParameter("q", str), OpenApiParameter("cursor", str), OpenApiParameter("limit", int)],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request) -> Response:
        """List assets by code with what they hold, cost and give."""
        found = selectors.asked(self.actor, request.query_params.get("q", ""))
        return self.paged_together(request, found, _lines, ordering="code")


class ResourceLineage(CatalogView):
    """What a resource is made from and where it goes."""

    parameters = frozenset({"item"})

    @extend_schema(
        operation_id="catalog_resource_lineage",
        parameters=[OpenApiParameter("item", str, description="A column name; without it the whole table")],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request, code: str) -> Response:
        """Read the lineage of the table or of one item."""
        found = lineage_of(self.actor, self.resource(code), column=request.query_params.get("item", ""))
        return Response(found.to_json())


class ResourceImpact(CatalogView):
    """What a change of a resource would touch."""

    parameters = frozenset({"change", "item"})

    @extend_schema(
        operation_id="catalog_resource_impact",
        parameters=[
            OpenApiParameter("change", str, required=True, enum=[*impacts.WHOLE, *impacts.EFFECTS]),
            OpenApiParameter("item", str, many=True, description="Column names; without any, all items"),
        ],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request, code: str) -> Response:
        """Read the grants, editions and resources a change touches, and the departments concerned."""
        found = self.resource(code)
        if not (decision := policies.decide(self.actor, "history", found)):
            raise NotAllowed(decision.reason, code=decision.code)
        change, columns = request.query_params.get("change", ""), request.query_params.getlist("item")
        return Response(impacts.asked(found, change, columns).to_json())
