"""Files handed in: the decision on rows that do not fit, and the file with its errors marked."""

from django.http import FileResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from catalog import policies, selectors
from catalog.api import serializers as shapes
from catalog.api.views import CatalogView
from catalog.models import Upload
from catalog.services.rejects import accept_fitting, ask_marked, marked_file, refuse_upload
from catalog.services.uploads import set_tolerance
from portal.kernel.errors import NotAllowed, NotFound
from portal.web.fetch import fetch

_DECISIONS = {"accept_fitting": accept_fitting, "refuse": refuse_upload}


class UploadView(CatalogView):
    """What the addresses of one file share."""

    def upload(self, code: str, number: int) -> Upload:
        """Find a file that the caller may see."""
        resource = self.resource(code)
        upload: Upload = fetch(selectors.uploads(resource), pk=number)
        upload.resource = resource
        if not policies.decide_upload(self.actor, "view", upload):
            raise NotFound(_("There is nothing at this address, or it is not open to you."))
        return upload


class ResourceTolerance(CatalogView):
    """How many rows the files of a resource may leave out where nothing is said with them."""

    @extend_schema(operation_id="catalog_tolerance_read", responses=shapes.ToleranceInput)
    def get(self, request: Request, code: str) -> Response:
        """Read the percent of the rows."""
        found = self.resource(code)
        if not (decision := policies.decide(self.actor, "history", found)):
            raise NotAllowed(decision.reason, code=decision.code)
        return Response(shapes.ToleranceInput({"tolerance": found.tolerance}).data)

    @extend_schema(operation_id="catalog_tolerance_set", request=shapes.ToleranceInput, responses=shapes.ToleranceInput)
    def put(self, request: Request, code: str) -> Response:
        """Set the percent of the rows."""
        if (given := self.once(request)) is not None:
            return given
        asked = self.checked(shapes.ToleranceInput(data=request.data))["tolerance"]
        found = set_tolerance(self.actor, resource=self.resource(code), tolerance=asked)
        return Response(shapes.ToleranceInput({"tolerance": found.tolerance}).data)


class UploadRejects(UploadView):
    """The file with its errors marked."""

    @extend_schema(operation_id="catalog_upload_rejects", responses={(200, "*/*"): OpenApiTypes.BINARY})
    def get(self, request: Request, code: str, number: int) -> FileResponse:
        """Read the file as it was handed in, with what does not fit marked in it; 409 until a large one is made."""
        marked = marked_file(self.actor, upload=self.upload(code, number))
        return FileResponse(marked.stream, as_attachment=True, filename=marked.name)

    @extend_schema(operation_id="catalog_upload_mark", request=None, responses={202: OpenApiTypes.OBJECT})
    def post(self, request: Request, code: str, number: int) -> Response:
        """Have the marked copy of a large file made; `rejects` of the file says how far it is."""
        if (given := self.once(request)) is not None:
            return given
        found = self.upload(code, number)
        ask_marked(self.actor, upload=found)
        return Response(shapes.upload_answer(found), status=status.HTTP_202_ACCEPTED)


class UploadVerb(UploadView):
    """The decision on a file with rows that do not fit."""

    @extend_schema(operation_id="catalog_upload_decide", request=shapes.VerbInput, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, code: str, number: int, verb: str) -> Response:
        """Accept the rows that fit (`accept_fitting`, with a reason), or refuse the file (`refuse`)."""
        if verb not in _DECISIONS:
            raise NotFound(_("There is no such act."))
        if (given := self.once(request)) is not None:
            return given
        reason = self.checked(shapes.VerbInput(data=request.data)).get("reason", "")
        return Response(
            shapes.upload_answer(_DECISIONS[verb](self.actor, upload=self.upload(code, number), reason=reason))
        )
