"""The answers: a table's metadata, the two lists it leads to, and the files they name."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from catalog.data.iceberg import IcebergTable
from catalog.gate.delivery import Delivery
from catalog.gate.delta.links import is_first_use
from catalog.gate.iceberg.table import as_prepared, edition_of, table_files, table_of
from catalog.gate.iceberg.tables import Tables
from catalog.gate.rows_view import OwnFormats
from catalog.gate.sending import FileAnswer
from portal.api.views import ApiView
from portal.kernel.errors import Gone, NotFound
from portal.web.ranges import Span


@extend_schema(exclude=True)
class IcebergView(ApiView):
    """What the addresses of a table have in common; each asks the gate anew, with the caller's own key."""

    tables: ClassVar[Tables]
    content_negotiation_class = OwnFormats
    http_method_names = ["get", "head"]

    def released(self, name: str, edition: str = "") -> Delivery:
        """Release a table. Raises Gone where the address is of an older version or plan."""
        delivery = self.tables.delivery(self.actor, name)
        if edition not in {"", edition_of(delivery)}:
            raise Gone(_("The data has changed since; ask the table again."), code="table_changed")
        return delivery

    def described(self, request: Request, name: str, delivery: Delivery) -> IcebergTable:
        """Describe the table as it is now, by addresses beside the one that was asked."""
        before = request.path.rpartition(f"/{name}/")[0]
        base = request.build_absolute_uri(f"{before}/{name}/{edition_of(delivery)}")
        return table_of(delivery, base, originals=self.tables.gives_originals)

    def head(self, request: Request, **address: Any) -> HttpResponseBase:
        """Answer the size, without the content."""
        answer: HttpResponseBase = self.get(request, **address)  # type: ignore[attr-defined]  # of the subclasses
        return answer


class TableMetadata(IcebergView):
    """The metadata of the table as it is now: with this a program begins, so this is recorded as its question."""

    def get(self, request: Request, name: str) -> HttpResponseBase:
        delivery = self.released(name)
        table = self.described(request, name, delivery)
        if request.method != "HEAD":
            delivery.note("iceberg query", table.rows)
        return _whole(request, table.metadata, "application/json")


class TablePart(IcebergView):
    """The lists that the metadata leads to; they name files and say how many rows each holds."""

    def get(self, request: Request, name: str, edition: str, part: str) -> HttpResponseBase:
        table = self.described(request, name, self.released(name, edition))
        if part not in {"snapshot.avro", "manifest.avro"}:
            raise NotFound
        content = table.manifest_list if part == "snapshot.avro" else table.manifest
        return _whole(request, content, "application/octet-stream")


class TableData(IcebergView):
    """One data file of the table, whole or in part."""

    def get(self, request: Request, name: str, edition: str, number: int) -> HttpResponseBase:
        delivery = self.released(name, edition)
        parts = table_files(delivery, originals=self.tables.gives_originals)
        if number >= len(parts):
            raise NotFound
        part = parts[number]

        def before(span: Span) -> None:
            # A program reads one file by many small parts: the first is a use, the others are only recorded.
            if self._begins(name, edition, number, span):
                delivery.disclose("iceberg", part.rows)
            else:
                delivery.note("iceberg again", part.rows)

        return FileAnswer(delivery, as_prepared(part), part.sha256).to(request, before)

    def _begins(self, name: str, edition: str, number: int, span: Span) -> bool:
        """Say whether this is the first look into a file; visitors are not told apart, their table counts once."""
        if not self.tables.scope:
            return number == 0 and span.start == 0
        return is_first_use(f"iceberg {self.actor.user_id} {self.actor.key_id} {name} {edition} {number}")


def _whole(request: Request, content: bytes, content_type: str) -> HttpResponse:
    body = b"" if request.method == "HEAD" else content
    return HttpResponse(body, content_type=content_type, headers={"Content-Length": str(len(content))})
