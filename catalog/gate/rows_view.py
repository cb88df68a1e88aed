"""The base of the row APIs: a page as JSON or all rows as a file, with a validator, as interfaces.md §4 says."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework import status
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from catalog.data.plan import AskedPlan
from catalog.gate.delivery import Delivery
from catalog.gate.door import read_query
from portal.api.views import ApiView
from portal.kernel.errors import Invalid

STREAMS = ("csv", "parquet", "arrow")
ROW_PARAMETERS = [
    OpenApiParameter("columns", str, description="Names, separated by commas"),
    OpenApiParameter("filter", str, many=True, description="name:op:value, repeatable, ANDed"),
    OpenApiParameter("order", str, description="Names, a leading minus for descending"),
    OpenApiParameter("limit", int),
    OpenApiParameter("cursor", str),
    OpenApiParameter("q", str, description="Words looked for in every text"),
    OpenApiParameter("offset", int),
    OpenApiParameter("format", str, enum=["json", *STREAMS]),
]


class OwnFormats(DefaultContentNegotiation):
    """Leaves the parameter ``format`` to the view: it names a form of the rows, not a renderer."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        first = next(iter(renderers))
        return first, str(first.media_type)


class RowsView(ApiView):
    """Subclasses say in ``delivery`` what the gate releases, and in ``answer_headers`` who may keep the answer."""

    content_negotiation_class = OwnFormats
    answer_headers: ClassVar[dict[str, str]] = {"Cache-Control": "private, no-cache"}

    def delivery(self, asked: AskedPlan, **address: Any) -> Delivery:
        """Release the rows at this address under the caller's right. Raises what the gate raises."""
        raise NotImplementedError

    def get(self, request: Request, **address: Any) -> HttpResponseBase:
        """Read rows: a page as JSON, or all of them as CSV, Parquet or Arrow."""
        form = request.query_params.get("format", "json")
        if form not in {"json", *STREAMS}:
            raise Invalid(fields={"format": [_("This is json, csv, parquet or arrow.")]}, code="unknown_format")
        delivery = self.delivery(read_query(request.query_params, ignore={"format"}), **address)
        response = _page(request, delivery) if form == "json" else _stream(request, delivery, form)
        for name, value in self.answer_headers.items():
            response[name] = value
        return response

    def head(self, request: Request, **address: Any) -> HttpResponseBase:
        """Answer the validator of the rows; nothing is read."""
        return self.get(request, **address)


def _page(request: Request, delivery: Delivery) -> HttpResponseBase:
    headers = {"ETag": delivery.etag}
    if request.headers.get("If-None-Match") == delivery.etag:
        return HttpResponse(status=status.HTTP_304_NOT_MODIFIED, headers=headers)
    if request.method == "HEAD":
        return HttpResponse(headers=headers, content_type="application/json")
    return HttpResponse(delivery.page().to_bytes(), headers=headers, content_type="application/json")


def _stream(request: Request, delivery: Delivery, form: str) -> HttpResponseBase:
    if request.method == "HEAD":
        return HttpResponse(headers={"ETag": delivery.etag})
    stream = delivery.stream(form)
    headers = {"Content-Disposition": f'attachment; filename="{stream.filename}"', "ETag": stream.etag}
    return StreamingHttpResponse(stream.chunks, content_type=stream.content_type, headers=headers)
