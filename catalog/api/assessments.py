"""The API of assessment documents: the list, attaching, reading and approving them."""

from typing import Any

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from catalog import policies
from catalog.api.views import CatalogView
from catalog.models import ASSESSMENT_KINDS, AssessmentDocument, Resource
from catalog.selectors.assessments import assessment_documents
from catalog.services.assessments import approve_document, attach_document, read_document
from portal.api.shapes import Input
from portal.kernel.errors import NotAllowed
from portal.web.fetch import fetch


class DocumentInput(Input):
    """A signed document (multipart) and which of the two assessments it holds."""

    kind = serializers.ChoiceField(choices=ASSESSMENT_KINDS)
    file = serializers.FileField()


def document_answer(document: AssessmentDocument) -> dict[str, Any]:
    """Represent a document; who handed it in and approved it stands in the record."""
    return {
        "id": document.pk,
        "kind": document.kind,
        "name": document.name,
        "bytes": document.byte_count,
        "sha256": document.sha256,
        "created_at": document.created_at.isoformat(),
        "approved_at": document.approved_at.isoformat() if document.approved_at else None,
    }


class AssessmentView(CatalogView):
    """What the views of assessment documents have in common."""

    parser_classes = (MultiPartParser, JSONParser)

    def kept(self, code: str) -> Resource:
        """Return a resource that the caller keeps; others are refused, as on the page."""
        found = self.resource(code)
        if not (decision := policies.decide(self.actor, "history", found)):
            raise NotAllowed(decision.reason, code=decision.code)
        return found


class AssessmentList(AssessmentView):
    """The assessment documents of a resource; a POST attaches one."""

    @extend_schema(operation_id="catalog_assessments_list", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, code: str) -> Response:
        """List the documents, newest first."""
        return Response({"documents": [document_answer(one) for one in assessment_documents(self.kept(code))]})

    @extend_schema(
        operation_id="catalog_assessments_attach",
        request={"multipart/form-data": DocumentInput},
        responses={201: OpenApiTypes.OBJECT},
    )
    def post(self, request: Request, code: str) -> Response:
        """Attach a document; it waits for the approval of the head (Order 809 art 13)."""
        if (given := self.once(request)) is not None:
            return given
        resource = self.kept(code)
        asked = self.checked(DocumentInput(data=request.data))
        file = asked["file"]
        made = attach_document(self.actor, resource=resource, kind=asked["kind"], file=file, name=file.name)
        made.refresh_from_db()
        return Response(document_answer(made), status=status.HTTP_201_CREATED)


class AssessmentFile(AssessmentView):
    """The file of one document."""

    @extend_schema(operation_id="catalog_assessment_file", responses={(200, "application/octet-stream"): bytes})
    def get(self, request: Request, code: str, number: int) -> StreamingHttpResponse:
        """Read the document; the reading is recorded."""
        resource = self.kept(code)
        document = fetch(assessment_documents(resource), pk=number)
        response = StreamingHttpResponse(
            read_document(self.actor, resource=resource, document=document), content_type="application/octet-stream"
        )
        response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=document.name) or ""
        response["Content-Length"] = str(document.byte_count)
        return response


class AssessmentApproval(AssessmentView):
    """The approval of one document."""

    @extend_schema(operation_id="catalog_assessment_approve", request=None, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, code: str, number: int) -> Response:
        """Approve a document as the head of the data-sharing office; never one's own."""
        if (given := self.once(request)) is not None:
            return given
        return Response(document_answer(approve_document(self.actor, resource=self.kept(code), number=number)))
