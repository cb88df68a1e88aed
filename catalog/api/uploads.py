"""Files handed in: the decision on rows that do not fit, and the file with its errors marked."""

from django.http import FileResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog import policies, selectors
from catalog.api import serializers as shapes
from catalog.api.views import CatalogView
from catalog.models import Upload
from catalog.services.rejects import accept_fitting, marked_file, refuse_upload
from portal.kernel.errors import NotFound
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


class UploadRejects(UploadView):
    """The file with its errors marked."""

    @extend_schema(operation_id="catalog_upload_rejects", responses={(200, "*/*"): OpenApiTypes.BINARY})
    def get(self, request: Request, code: str, number: int) -> FileResponse:
        """Read the file as it was handed in, with what does not fit marked in it."""
        marked = marked_file(self.actor, upload=self.upload(code, number))
        return FileResponse(marked.stream, as_attachment=True, filename=marked.name)


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
