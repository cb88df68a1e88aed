"""The API of one version: what it is made of, its rows, and what differs from another."""

from http import HTTPStatus
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog import selectors
from catalog.api import serializers as shapes
from catalog.api.views import CatalogView
from catalog.data.changes import KINDS
from catalog.data.exports.values import plain
from catalog.data.plan import AskedPlan
from catalog.gate import comparison_at_hand, preview_warrant, release
from catalog.gate.delivery import Delivery
from catalog.gate.rows_view import ROW_PARAMETERS, RowsView
from catalog.models import Version
from catalog.selectors.manifest import version_files
from portal.kernel.actors import Actor
from portal.kernel.errors import Invalid
from portal.web.fetch import fetch

MOST_FILES = 10_000
MOST_DIFFERENCES = 1_000
MOST_NUMBER = 10**12
_DIGITS = len(str(MOST_NUMBER))


class VersionView(CatalogView):
    """What the views of a version have in common."""

    def version(self, code: str, number: int) -> Version:
        """Return a version of a resource the caller may see."""
        resource = self.resource(code)
        found: Version = fetch(selectors.versions(resource), number=number)
        found.resource = resource
        return found


class ResourceVersion(VersionView):
    """One version of a resource's data."""

    @extend_schema(operation_id="catalog_version_read", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, code: str, version: int) -> Response:
        """Read what a version is made of: kind, parent, columns, and its files with rows, bytes and hash."""
        found = self.version(code, version)
        files = [
            {"rows": file.row_count, "bytes": file.byte_count, "sha256": file.sha256, "deleted": bool(file.deleted_at)}
            for file in version_files(found)[:MOST_FILES]
        ]
        return Response(shapes.version_answer(found) | {"files": files})


class VersionRows(VersionView, RowsView):
    """The rows of a version, for the owner's people, through the gate."""

    parameters = None

    def right(self, actor: Actor, **address: Any) -> None:
        """Give none: whoever works on data sees each change of the moment."""

    def delivery(self, asked: AskedPlan, **address: Any) -> Delivery:
        """Release the rows of the version at this address."""
        return release(self.actor, preview_warrant(self.version(address["code"], address["version"])), asked)

    @extend_schema(operation_id="catalog_version_rows", parameters=ROW_PARAMETERS, responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, **address: Any) -> Any:
        """Read rows: a page as JSON, or all of them as CSV, Parquet or Arrow."""
        return RowsView.get(self, request, **address)


class VersionComparison(VersionView):
    """What differs between two versions."""

    parameters: ClassVar[frozenset[str] | None] = frozenset({"kind", "after", "limit"})

    @extend_schema(
        operation_id="catalog_versions_compare",
        parameters=[
            OpenApiParameter("kind", str, enum=list(KINDS)),
            OpenApiParameter("after", int, description="Number of the last difference of the page before"),
            OpenApiParameter("limit", int),
        ],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request, code: str, version: int, other: int) -> Response:
        """Read the rows added, changed and removed, with their cells before and after, by key where there is one.

        Large versions are compared by a job: 202 with ``Retry-After`` until it is done.
        """
        kind = request.query_params.get("kind", "")
        if kind and kind not in KINDS:
            raise Invalid(fields={"kind": [_("This is added, changed or removed.")]})
        after, limit = self._number("after", 0, 0, MOST_NUMBER), self._number("limit", 100, 1, MOST_DIFFERENCES)
        found = comparison_at_hand(self.actor, self.version(code, version), self.version(code, other))
        if found is None:
            return Response({"state": "comparing"}, status=HTTPStatus.ACCEPTED, headers={"Retry-After": "2"})
        rows = found.rows(kind=kind, after=after, limit=limit + 1)
        names = {column.id: column.name for column in found.columns}

        def side(cells: dict[str, Any] | None) -> dict[str, Any] | None:
            return None if cells is None else {names.get(name, name): plain(value) for name, value in cells.items()}

        shown = [
            {"number": one.number, "kind": one.kind, "before": side(one.before), "after": side(one.after)}
            for one in rows[:limit]
        ]
        return Response(
            {
                "key": [column.name for column in found.keys],
                "counts": found.counts,
                "differences": shown,
                "next": shown[-1]["number"] if len(rows) > limit else None,
            }
        )

    def _number(self, name: str, default: int, least: int, most: int) -> int:
        text = self.request.query_params.get(name, str(default))
        if text.isascii() and text.isdigit() and len(text) <= _DIGITS and least <= int(text) <= most:
            return int(text)
        told = _("This must be a whole number from %(least)s to %(most)s.") % {"least": least, "most": most}
        raise Invalid(fields={name: [told]})
