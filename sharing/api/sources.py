"""The API of the source register (一数一源, Order 809 art 19), which the catalogue keeps."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.selectors.element_sources import SourceLine, source_lines, sources
from portal.kernel.errors import Invalid, NotAllowed
from sharing.api.views import SharingView


def _line(line: SourceLine) -> dict[str, Any]:
    one = line.source
    return {
        "element": one.identifier,
        "name_zh": line.element.name_zh if line.element else "",
        "name_en": line.element.name_en if line.element else "",
        "region": one.region_id,
        "department": one.department.uscc,
        "department_name": one.department.name_zh,
        "resource": one.resource.code if one.resource and line.shows_resource else None,
        "basis": one.basis,
        "named_on": one.named_on,
        "ended_on": one.ended_on,
        "holders": line.holders,
    }


class SourceList(SharingView):
    """The sources of data elements, for every official."""

    parameters = frozenset({"q", "ended", "cursor", "limit"})

    @extend_schema(
        operation_id="sharing_sources_list",
        parameters=[
            OpenApiParameter("q", str, description="Words of the element or the department"),
            OpenApiParameter("ended", str, enum=["true"], description="Those that ended too"),
            OpenApiParameter("cursor", str),
            OpenApiParameter("limit", int),
        ],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request) -> Response:
        """List who is the source of what, newest first."""
        if not self.actor.is_official:
            raise NotAllowed(_("Only active officials may do this."), code="not_signed_in")
        ended = request.query_params.get("ended", "")
        if ended not in {"", "true"}:
            raise Invalid(fields={"ended": [_("This is true or left out.")]})
        found = sources(request.query_params.get("q", "")[:200], with_ended=bool(ended))
        return self.paged_together(
            request, found, lambda rows: [_line(line) for line in source_lines(self.actor, rows)]
        )
