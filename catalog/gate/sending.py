"""A prepared file on its way, whole or in part, after its record."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from django.core.files.storage import default_storage
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from rest_framework.request import Request

from catalog.data.prepared import PreparedFile, read_range
from catalog.gate.delivery import Delivery
from portal.web.ranges import RangeNotSatisfiable, Span, asked_span

PARQUET = "application/vnd.apache.parquet"


class FileAnswer:
    """Answers HEAD and GET with Range for one file of a delivery; `validator` is the hash of its content, hex."""

    always: ClassVar[dict[str, str]] = {"Accept-Ranges": "bytes", "Cache-Control": "private, no-store"}

    def __init__(self, delivery: Delivery, file: PreparedFile, validator: str) -> None:
        self.delivery = delivery
        self.file = file
        self.headers = {**self.always, "ETag": f'"{validator[:40]}"'}

    def to(self, request: Request, before: Callable[[Span], None]) -> HttpResponseBase:
        """Answer a request; `before` records what is about to leave, and is not called where nothing leaves."""
        size, headers = self.file.size, dict(self.headers)
        try:
            span = asked_span(request.headers.get("Range", ""), size) or Span(0, size, size)
        except RangeNotSatisfiable:
            return HttpResponse(status=416, headers=headers | {"Content-Range": f"bytes */{size}"})
        headers["Content-Length"] = str(span.length)
        code = 200
        if span.length < size:
            code, headers["Content-Range"] = 206, span.content_range
        if request.method == "HEAD":
            return HttpResponse(status=code, headers=headers, content_type=PARQUET)
        before(span)
        chunks = self.delivery.watched(read_range(default_storage, self.file, span.start, span.end))
        return StreamingHttpResponse(chunks, status=code, headers=headers, content_type=PARQUET)
