"""The protocol's answers: lists, a table's metadata and files, and the files themselves."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django.http import HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.data.prepared import PreparedFile
from catalog.gate.delivery import Delivery
from catalog.gate.delta.links import SECONDS, is_first_use, read_link, write_link
from catalog.gate.delta.messages import CONTENT_TYPE, file_line, head, lines, table_answer
from catalog.gate.delta.parts import Part, parts_of
from catalog.gate.delta.provider import Provider, Table
from catalog.gate.rows_view import OwnFormats
from catalog.gate.sending import FileAnswer
from portal.accounts.selectors import actor_again
from portal.api.views import ApiView
from portal.kernel.actors import Actor
from portal.kernel.errors import Gone, Invalid, NotAllowed, NotFound
from portal.web.ranges import Span

MAX_LISTED = 1_000
_READ_ONLY = ("GET", "HEAD")


@extend_schema(exclude=True)
class DeltaView(ApiView):
    """What all addresses of the protocol have in common: the provider, and errors in the protocol's form."""

    provider: ClassVar[Provider]
    content_negotiation_class = OwnFormats

    def get_authenticators(self) -> list[BaseAuthentication]:
        """Ask nobody who they are where no key is needed: clients send some token all the same."""
        return super().get_authenticators() if self.provider.scope else []

    def get_exception_handler(self) -> Callable[[Exception, dict[str, Any]], Response | None]:
        """Answer refusals as {"errorCode", "message"}."""
        usual = super().get_exception_handler()

        def handle(error: Exception, context: dict[str, Any]) -> Response | None:
            answer = usual(error, context)
            if answer is not None:
                code, detail = str(answer.data["code"]).upper(), answer.data["detail"]
                answer.data = {"errorCode": code, "message": detail}
                answer.content_type = "application/json; charset=utf-8"
            return answer

        return handle

    def in_share(self, share: str, schema: str = "") -> list[Table]:
        """Give the tables of a share, of one schema if named, recorded as listed. Raises NotFound."""
        if share != self.provider.share:
            raise NotFound(_("There is no such share."))
        found = self.provider.tables(self.actor)
        if schema:
            found = [table for table in found if table.schema == schema]
            if not found:
                raise NotFound(_("There is no such schema."))
        self.provider.note_listing(self.actor, len(found))
        return found

    def table(self, share: str, schema: str, name: str) -> tuple[Table, Delivery]:
        """Give a table and what the gate releases of it. Raises NotFound and what the gate raises."""
        if share != self.provider.share:
            raise NotFound(_("There is no such share."))
        table = Table(schema, name)
        return table, self.provider.delivery(self.actor, table)


def listed(request: Request, items: Sequence[dict[str, Any]]) -> HttpResponseBase:
    """Answer one page of a list by `maxResults` and `pageToken`. Raises Invalid naming the parameter."""
    most, start = _number(request, "maxResults", MAX_LISTED), _number(request, "pageToken", 0)
    answer: dict[str, Any] = {"items": list(items[start : start + most])}
    if start + most < len(items) and most:
        answer["nextPageToken"] = str(start + most)
    return JsonResponse(answer, json_dumps_params={"ensure_ascii": False})


def _number(request: Request, name: str, default: int) -> int:
    text = request.query_params.get(name, "")
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or len(text) > len(str(10**9)):
        raise Invalid(fields={name: [_("This is a number of rows of the list.")]}, code="invalid_parameter")
    return min(int(text), MAX_LISTED) if name == "maxResults" else int(text)


class Shares(DeltaView):
    """The one share of the provider."""

    def get(self, request: Request) -> HttpResponseBase:
        return listed(request, [{"name": self.provider.share, "id": self.provider.share}])


class Share(DeltaView):
    """One share."""

    def get(self, request: Request, share: str) -> HttpResponseBase:
        if share != self.provider.share:
            raise NotFound(_("There is no such share."))
        return JsonResponse({"share": {"name": share, "id": share}})


class Schemas(DeltaView):
    """The schemas of a share."""

    def get(self, request: Request, share: str) -> HttpResponseBase:
        names = dict.fromkeys(table.schema for table in self.in_share(share))
        return listed(request, [{"name": name, "share": share} for name in names])


class Tables(DeltaView):
    """The tables of a schema."""

    def get(self, request: Request, share: str, schema: str) -> HttpResponseBase:
        return listed(request, [table_answer(share, table) for table in self.in_share(share, schema)])


class AllTables(DeltaView):
    """The tables of a share."""

    def get(self, request: Request, share: str) -> HttpResponseBase:
        return listed(request, [table_answer(share, table) for table in self.in_share(share)])


def _answer(delivery: Delivery, body: bytes = b"") -> HttpResponse:
    response = HttpResponse(body, content_type=CONTENT_TYPE)
    response["Delta-Table-Version"] = str(delivery.warrant.version.number)
    response["delta-sharing-capabilities"] = "responseformat=parquet"
    return response


class TableVersion(DeltaView):
    """Which version a table is at; older ones are not given by this way."""

    def get(self, request: Request, share: str, schema: str, name: str) -> HttpResponseBase:
        _refuse_history(request.query_params)
        return _answer(self.table(share, schema, name)[1])


class TableMetadata(DeltaView):
    """The columns of a table."""

    def get(self, request: Request, share: str, schema: str, name: str) -> HttpResponseBase:
        table, delivery = self.table(share, schema, name)
        return _answer(delivery, lines(head(delivery, table)))


class TableQuery(DeltaView):
    """The files of a table: all rows the right gives, already masked; hints only shorten the list of files."""

    def post(self, request: Request, share: str, schema: str, name: str) -> HttpResponseBase:
        asked = request.data
        if not isinstance(asked, dict):
            raise Invalid(_("The question is a JSON object."), code="invalid_parameter")
        table, delivery = self.table(share, schema, name)
        number = delivery.warrant.version.number
        _refuse_history(asked, current=number)
        parts = parts_of(delivery)
        chosen = _enough(parts, asked.get("limitHint"))
        delivery.note("delta query", sum(part.rows for part in chosen))
        expires = int((time.time() + SECONDS) * 1000)
        files = [
            file_line(part, self._url(request, table, delivery, place), number, expires)
            for place, part in enumerate(chosen)
        ]
        return _answer(delivery, lines([*head(delivery, table, parts), *files]))

    def _url(self, request: Request, table: Table, delivery: Delivery, part: int) -> str:
        link = write_link(self.actor, table, delivery.etag, part, self.provider.share)
        before = request.path.partition("/shares/")[0]
        return request.build_absolute_uri(f"{before}/files/{link}")


class TableChanges(DeltaView):
    """Changes between versions are not given by this way: a right is to the current version."""

    def get(self, request: Request, share: str, schema: str, name: str) -> HttpResponseBase:
        self.table(share, schema, name)
        raise Invalid(_("Changes between versions are not offered; load the table again."), code="unsupported_feature")


class TableFile(DeltaView):
    """One prepared file, whole or in part; the right behind the link is asked again each time."""

    http_method_names = [method.lower() for method in _READ_ONLY]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Take the actor from the link: programs follow it without their key."""
        link = read_link(kwargs["link"], self.provider.share)
        request._request.actor = _whose(link.user, link.key, request)  # type: ignore[attr-defined]
        super().initial(request, *args, **kwargs)

    def get(self, request: Request, link: str) -> HttpResponseBase:
        asked = read_link(link, self.provider.share)
        delivery = self.provider.delivery(self.actor, asked.table)
        parts = parts_of(delivery) if delivery.etag == asked.edition else []
        if asked.part >= len(parts):
            raise Gone(_("The data has changed since; ask the table again."), code="table_changed")
        part = parts[asked.part]

        def before(_: Span) -> None:
            # A program reads one file by many small parts: the first is a use, the others are only recorded.
            if is_first_use(link):
                delivery.disclose("delta", part.rows)
            else:
                delivery.note("delta again", part.rows)

        return FileAnswer(delivery, PreparedFile(part.name, part.size), part.sha256).to(request, before)

    def head(self, request: Request, link: str) -> HttpResponseBase:
        return self.get(request, link)


def _whose(user: int | None, key: int | None, request: Request) -> Actor:
    actor = actor_again(user, key, ip=request.META.get("REMOTE_ADDR", ""))
    if actor is None:
        raise NotAllowed(_("The key behind this link is no longer valid."), code="key_over")
    return actor


def _refuse_history(asked: Any, *, current: int | None = None) -> None:
    """Refuse questions for another version than the current one, which a program may name as well as leave out."""
    for name in ("version", "timestamp", "startingVersion", "endingVersion", "startingTimestamp"):
        value = asked.get(name)
        is_current = name == "version" and type(value) is int and value == current
        if value is not None and not is_current:
            raise Invalid(
                _("Only the current version is given by this way."),
                fields={name: [_("Leave this out.")]},
                code="unsupported_feature",
            )


def _enough(parts: Sequence[Part], hint: object) -> list[Part]:
    """Give as many files as hold the rows that the program says it needs; it cuts the rest itself."""
    if isinstance(hint, bool) or not isinstance(hint, int) or hint < 0:
        return list(parts)
    chosen, rows = [], 0
    for part in parts:
        if rows >= hint:
            break
        chosen.append(part)
        rows += part.rows
    return chosen
