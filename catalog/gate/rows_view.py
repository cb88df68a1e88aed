"""The base of the row APIs: a page as JSON or all rows as a file, with a validator, as interfaces.md §4 says."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework import status
from rest_framework.exceptions import APIException
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from catalog.data.exports import form_named
from catalog.data.plan import AskedPlan
from catalog.gate.delivery import Delivery
from catalog.gate.door import read_query
from catalog.gate.kept import Right, release_again, release_remembered
from catalog.gate.page import Page
from portal.api.authentication import remembered_caller
from portal.api.views import ApiView
from portal.kernel.actors import Actor
from portal.kernel.errors import DomainError, Invalid, TooLarge
from portal.kernel.proof import ProofFailed
from portal.web.ranges import matches

STREAMS = ("csv", "parquet", "arrow")
FORMAT = frozenset({"format"})
_NEVER_EMPTY = ("filter", "limit", "offset")
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
    answers_early = True

    def right(self, actor: Actor, **address: Any) -> Right | None:
        """Give the right to the rows at this address; None where a view releases them in a way of its own."""
        raise NotImplementedError

    def delivery(self, asked: AskedPlan, **address: Any) -> Delivery:
        """Release the rows at this address under the caller's right. Raises what the gate raises."""
        right = self.right(self.actor, **address)
        if right is None:
            raise NotImplementedError
        return release_again(self.actor, right, asked)

    def answer_early(self, request: HttpRequest, **address: Any) -> HttpResponseBase | None:
        """Give a page whose caller, right and question are remembered, read and proved by one statement.

        Nothing is refused here, because what is remembered may be out of date: None says that all is to be asked anew.
        """
        caller = None if _is_special(request) else remembered_caller(request)
        if caller is None:
            return None
        actor, proofs = caller
        try:
            self.admit(request, actor)
            right = self.right(actor, **address)
            found = None if right is None else release_remembered(actor, right, read_query(request.GET, FORMAT))
            if found is None:
                return None
            delivery, proof = found
            page = delivery.page((*proofs, proof))
        except TooLarge as error:
            # It took as long as is allowed; to try again would double that.
            request.was_too_large = error  # type: ignore[attr-defined]  # for `get`
            return None
        except (ProofFailed, DomainError, APIException):
            return None
        response = _page_answer(page)
        for name, value in (self.default_response_headers | self.answer_headers).items():
            response[name] = value
        self.tell_limits(response)
        return response

    def get(self, request: Request, **address: Any) -> HttpResponseBase:
        """Read rows: a page as JSON, or all of them as CSV, Parquet or Arrow."""
        if (error := getattr(request._request, "was_too_large", None)) is not None:
            raise error
        form = request.query_params.get("format", "json")
        if form not in {"json", *STREAMS}:
            raise Invalid(fields={"format": [_("This is json, csv, parquet or arrow.")]}, code="unknown_format")
        for name in _NEVER_EMPTY:
            # A value that was forgotten must not make all rows of some.
            if "" in request.query_params.getlist(name):
                raise Invalid(fields={name: [_("This needs a value.")]}, code="invalid_parameter")
        delivery = self.delivery(read_query(request.query_params, FORMAT), **address)
        response = _page(request, delivery) if form == "json" else _stream(request, delivery, form)
        for name, value in self.answer_headers.items():
            response[name] = value
        return response

    def head(self, request: Request, **address: Any) -> HttpResponseBase:
        """Answer the validator of the rows; nothing is read."""
        return self.get(request, **address)


def _page(request: Request, delivery: Delivery) -> HttpResponseBase:
    headers = {"ETag": delivery.etag}
    if matches(request.headers.get("If-None-Match", ""), delivery.etag):
        return HttpResponse(status=status.HTTP_304_NOT_MODIFIED, headers=headers)
    if request.method == "HEAD":
        return _without_length("application/json", headers)
    return _page_answer(delivery.page())


def _page_answer(page: Page) -> HttpResponse:
    return HttpResponse(page.to_bytes(), headers={"ETag": page.etag}, content_type="application/json")


def _is_special(request: HttpRequest) -> bool:
    """Say whether something else than a page as JSON may be the answer."""
    if any("" in request.GET.getlist(name) for name in _NEVER_EMPTY):
        return True
    return "HTTP_IF_NONE_MATCH" in request.META or request.GET.get("format", "json") != "json"


def _stream(request: Request, delivery: Delivery, form: str) -> HttpResponseBase:
    headers = {"ETag": delivery.form_etag(form)}
    if matches(request.headers.get("If-None-Match", ""), headers["ETag"]):
        return HttpResponse(status=status.HTTP_304_NOT_MODIFIED, headers=headers)
    if request.method == "HEAD":
        return _without_length(form_named(form).content_type, headers)
    stream = delivery.stream(form)
    headers = {"Content-Disposition": f'attachment; filename="{stream.filename}"', "ETag": stream.etag}
    return StreamingHttpResponse(stream.chunks, content_type=stream.content_type, headers=headers)


def _without_length(content_type: str, headers: dict[str, str]) -> HttpResponseBase:
    """Answer HEAD where the rows were not read: a length of zero would be said of the rows, a stream has none."""
    return StreamingHttpResponse((), content_type=content_type, headers=headers)
