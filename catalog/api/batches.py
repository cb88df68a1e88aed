"""The API of batches: import with preview, bulk edit, apply, drop, undo; and the export that import takes back."""

from typing import Any, ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from catalog import selectors
from catalog.api.serializers import ItemInput, ResourceInput
from catalog.api.views import CatalogView
from catalog.models import Batch, BatchLine
from catalog.selectors.batches import batch_lines, batches, progress_of, verdict_counts, worded_line
from catalog.selectors.exchange import catalog_document
from catalog.services import batches as acts
from catalog.services.bulk import bulk_lines, bulk_name
from portal.api.shapes import Input
from portal.kernel.errors import Invalid, NotFound
from portal.web.fetch import fetch

_VERBS = {"begin": acts.begin_batch, "drop": acts.drop_batch, "undo": acts.undo_batch}
_MOST_LINES = 1000


class ImportInput(Input):
    """A catalogue file: the Excel template or JSON (multipart)."""

    file = serializers.FileField()


class OnlyInput(Input):
    """Which items a bulk edit reaches."""

    name = serializers.CharField(max_length=100, required=False, allow_blank=True)
    type = serializers.CharField(max_length=1, required=False, allow_blank=True)
    grade = serializers.IntegerField(required=False, allow_null=True)
    sharing_type = serializers.IntegerField(required=False, allow_null=True)


class BulkInput(Input):
    """Codes of resources, what is written into each, and into those of their items that ``only`` names."""

    resources = serializers.ListField(child=serializers.CharField(max_length=64), min_length=1, max_length=1000)
    fields_ = ResourceInput(required=False)
    item_values = serializers.DictField(required=False, default=dict)
    only = OnlyInput(required=False)

    def get_fields(self) -> dict[str, Any]:
        found = super().get_fields()
        found["fields"] = found.pop("fields_")
        return found


def batch_answer(batch: Batch) -> dict[str, Any]:
    """Represent a batch with how many of its lines have each verdict."""
    return {
        "id": batch.pk,
        "address": f"/api/v1/catalog/batches/{batch.pk}/",
        "kind": batch.kind,
        "state": batch.state,
        "name": batch.title,
        "problem": batch.problem or None,
        "counts": verdict_counts(batch),
        "percent": progress.percent if (progress := progress_of(batch)) else None,
        "created_at": batch.created_at.isoformat(),
    }


def line_answer(line: BatchLine) -> dict[str, Any]:
    """Represent a line: what happens, each field before and after, or why it is refused."""
    worded = worded_line(line)
    return {
        "line": line.position,
        "title": line.title,
        "code": line.resource.code if line.resource else None,
        "verdict": line.verdict,
        "outcome": line.outcome or None,
        "changes": [{"field": field, "before": before, "after": after} for field, before, after in worded.changes],
        "problems": worded.problems,
    }


class BatchList(CatalogView):
    """The caller's batches; a POST previews a file."""

    parser_classes = (MultiPartParser, JSONParser)
    parameters: ClassVar[frozenset[str] | None] = frozenset({"cursor", "limit"})

    @extend_schema(operation_id="catalog_batches_list", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """List batches, newest first."""
        return self.paged(request, batches(self.actor), batch_answer)

    @extend_schema(
        operation_id="catalog_batches_import",
        request={"multipart/form-data": ImportInput},
        responses={201: OpenApiTypes.OBJECT},
    )
    def post(self, request: Request) -> Response:
        """Preview a catalogue file; nothing is changed before ``begin``."""
        if (given := self.once(request)) is not None:
            return given
        file = self.checked(ImportInput(data=request.data))["file"]
        batch = acts.start_import(self.actor, file=file, name=file.name)
        answer = batch_answer(fetch(batches(self.actor), pk=batch.pk))
        return Response(answer, status=status.HTTP_201_CREATED, headers={"Location": answer["address"]})


class BulkEdit(CatalogView):
    """Bulk edit of many resources."""

    @extend_schema(operation_id="catalog_batches_bulk", request=BulkInput, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request) -> Response:
        """Preview the same change of many resources; nothing is changed before ``begin``."""
        if (given := self.once(request)) is not None:
            return given
        asked = self.checked(BulkInput(data=request.data))
        codes = [code.replace("~", "/") for code in asked["resources"]]
        found = {one.code: one for one in selectors.detailed(self.actor).filter(code__in=codes)}
        if unknown := [code for code in codes if code not in found]:
            raise Invalid(fields={"resources": [_("There is no resource “%(code)s”.") % {"code": unknown[0]}]})
        fields = {
            name: getattr(value, "code", value) if name in {"category", "theme"} else value
            for name, value in (asked.get("fields") or {}).items()
        }
        values = self.checked(ItemInput(data=asked["item_values"], partial=True))
        lines = bulk_lines(
            [found[code] for code in codes], fields=fields, item_values=values, only=asked.get("only") or {}
        )
        batch = acts.start_bulk(self.actor, name=bulk_name(lines), asked=lines)
        answer = batch_answer(fetch(batches(self.actor), pk=batch.pk))
        return Response(answer, status=status.HTTP_201_CREATED, headers={"Location": answer["address"]})


class BatchDetail(CatalogView):
    """One batch with its lines."""

    @extend_schema(operation_id="catalog_batch_read", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, number: int) -> Response:
        """Read a batch with its first thousand lines, those refused first."""
        batch: Batch = fetch(batches(self.actor), pk=number)
        lines = [line_answer(line) for line in batch_lines(batch)[:_MOST_LINES]]
        return Response(batch_answer(batch) | {"lines": lines})


class BatchVerb(CatalogView):
    """One act on a batch."""

    @extend_schema(operation_id="catalog_batch_verb", request=None, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, number: int, verb: str) -> Response:
        """Begin (apply as drafts and amendments), drop, or undo as a whole."""
        if verb not in _VERBS:
            raise NotFound(_("There is no such act."))
        if (given := self.once(request)) is not None:
            return given
        batch: Batch = fetch(batches(self.actor), pk=number)
        _VERBS[verb](self.actor, batch=batch)
        return Response(batch_answer(fetch(batches(self.actor), pk=number)))


class Exchange(CatalogView):
    """The catalogue of the caller's departments in the form that the import takes back."""

    @extend_schema(operation_id="catalog_exchange", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """Read every description of the caller's departments with its items."""
        return Response(catalog_document(selectors.exchanged(self.actor)))
