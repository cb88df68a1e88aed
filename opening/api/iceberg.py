"""Open editions as Iceberg tables: metadata, and the files it names; no key is needed."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from catalog.gate import Delivery, release
from catalog.gate.iceberg import as_prepared, edition_of, table_files, table_of
from catalog.gate.rows_view import OwnFormats
from catalog.gate.sending import FileAnswer
from opening import selectors, services
from portal.api.views import ApiView
from portal.kernel.actors import VISITOR
from portal.kernel.errors import Gone, NotFound
from portal.web.ranges import Span


@extend_schema(exclude=True)
class IcebergView(ApiView):
    """What the addresses of a table have in common."""

    open_to_visitors = True
    content_negotiation_class = OwnFormats
    http_method_names = ["get", "head"]

    def edition(self, name: str, edition: str = "", counts: str = "") -> Delivery:
        """Release an edition as to any visitor. Raises Gone where the address is of an older one."""
        publication = selectors.edition_at(selectors.editions(VISITOR), name=name)
        delivery = release(VISITOR, services.warrant_for(publication, counts=counts))
        if edition not in {"", edition_of(delivery)}:
            raise Gone(_("The data has changed since; ask the table again."), code="table_changed")
        return delivery

    def head(self, request: Request, **address: Any) -> HttpResponseBase:
        """Answer the size, without the content."""
        answer: HttpResponseBase = self.get(request, **address)  # type: ignore[attr-defined]  # of the subclasses
        return answer


class TablePart(IcebergView):
    """The metadata of the table as it is now, and the two lists it leads to."""

    def get(self, request: Request, name: str, part: str = "", edition: str = "") -> HttpResponseBase:
        delivery = self.edition(name, edition)
        base = request.build_absolute_uri(f"/api/v1/opening/iceberg/{name}/{edition_of(delivery)}")
        table = table_of(delivery, base)
        if not edition:
            return _whole(request, table.metadata, "application/json")
        if part not in {"snapshot.avro", "manifest.avro"}:
            raise NotFound
        content = table.manifest_list if part == "snapshot.avro" else table.manifest
        return _whole(request, content, "application/octet-stream")


def _whole(request: Request, content: bytes, content_type: str) -> HttpResponse:
    body = b"" if request.method == "HEAD" else content
    return HttpResponse(body, content_type=content_type, headers={"Content-Length": str(len(content))})


class TableData(IcebergView):
    """One data file of the table, whole or in part."""

    def get(self, request: Request, name: str, edition: str, number: int) -> HttpResponseBase:
        delivery = self.edition(name, edition, counts="download")
        parts = table_files(delivery)
        if number >= len(parts):
            raise NotFound
        part = parts[number]

        def before(span: Span) -> None:
            # A program reads a file by many parts; one of them begins it.
            if number == 0 and span.start == 0:
                delivery.disclose("iceberg", part.rows)

        return FileAnswer(delivery, as_prepared(part), part.sha256).to(request, before)


_TABLE = "opening/iceberg/<str:name>"
urlpatterns = [
    path(f"{_TABLE}/current.metadata.json", TablePart.as_view(), name="iceberg_metadata"),
    path(f"{_TABLE}/<str:edition>/data/<int:number>.parquet", TableData.as_view(), name="iceberg_data"),
    path(f"{_TABLE}/<str:edition>/<str:part>", TablePart.as_view(), name="iceberg_part"),
]
