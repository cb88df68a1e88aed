"""Resumable uploads by tus 1.0 (core, creation, expiration, checksum, termination): one address, five methods."""

from http import HTTPStatus
from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.utils.http import http_date
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.serializers import UploadOptions
from catalog.api.views import CatalogView
from catalog.data.errors import DataError
from catalog.data.parts import ALGORITHMS, read_checksum, read_metadata
from catalog.messages import message
from catalog.models import Resource, Transfer
from catalog.policies import decide_transfer
from catalog.selectors.transfers import transfers
from catalog.services.transfers import Readable, add_bytes, begin_transfer, end_transfer
from portal.api.problems import problem
from portal.api.views import is_chunked
from portal.kernel.errors import Conflict, Invalid, NotFound
from portal.web.fetch import fetch

VERSION = "1.0.0"
MEDIA_TYPE = "application/offset+octet-stream"
_DIGITS = 15
_METHODS = frozenset({"PATCH", "DELETE", "HEAD", "OPTIONS", "POST", "GET"})


class TusView(CatalogView):
    """What both addresses share: the protocol's version, and its words on every answer."""

    reads_in_blocks: ClassVar[bool] = True

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Take the method named in ``X-HTTP-Method-Override`` for the one meant: not all senders know PATCH."""
        if (meant := request.headers.get("X-HTTP-Method-Override", "").upper()) in _METHODS:
            request.method = meant
        return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        spoken = request.headers.get("Tus-Resumable", VERSION if request.method in {"GET", "OPTIONS"} else "")
        if spoken != VERSION:
            raise WrongVersion(_("Send Tus-Resumable: %s.") % VERSION)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer["Tus-Resumable"] = VERSION
        if answer.status_code == HTTPStatus.PRECONDITION_FAILED:
            answer["Tus-Version"] = VERSION
        answer.setdefault("Cache-Control", "no-store")
        return answer


class WrongVersion(Invalid):
    """The sender speaks another version of tus, or none."""

    status = 412
    default_code = "tus_version"


class TransferList(TusView):
    """Where files in parts are begun."""

    @extend_schema(operation_id="catalog_tus_options", responses={204: None})
    def options(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Say what of tus is spoken here."""
        self.resource(kwargs["code"])
        headers = {
            "Tus-Version": VERSION,
            "Tus-Extension": "creation,expiration,checksum,termination",
            "Tus-Max-Size": str(settings.UPLOAD_MAX_BYTES),
            "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
        }
        return Response(status=HTTPStatus.NO_CONTENT, headers=headers)

    @extend_schema(operation_id="catalog_tus_list", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, code: str) -> Response:
        """List one's own files that are under way for the resource."""
        resource = self.resource(code)
        return Response({"transfers": [_answer(row, resource) for row in transfers(self.actor, resource)]})

    @extend_schema(operation_id="catalog_tus_create", request=None, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request, code: str) -> Response:
        """Begin a file: ``Upload-Length``, and ``Upload-Metadata`` with filename and the fields of a plain upload."""
        resource = self.resource(code)
        if (given := self.once(request, ("Upload-Length", "Upload-Metadata"))) is not None:
            return given
        if "Upload-Length" not in request.headers:
            raise Invalid(fields={"Upload-Length": [_("The length must be known from the beginning.")]})
        told = request.headers.get("Upload-Metadata", "")
        metadata = _read(read_metadata, told)
        options = self.checked(UploadOptions(data={k: v for k, v in metadata.items() if k in UploadOptions().fields}))
        name = metadata.get("filename") or metadata.get("name") or "upload"
        length = _number(request, "Upload-Length")
        made = begin_transfer(self.actor, resource=resource, name=name, length=length, options=options, metadata=told)
        headers = {"Location": _address(made, resource), "Upload-Expires": http_date(made.expires_at.timestamp())}
        return Response({"address": _address(made, resource)}, status=HTTPStatus.CREATED, headers=headers)


class TransferDetail(TusView):
    """One file that comes in parts."""

    def transfer(self, code: str, token: UUID) -> Transfer:
        """Return the caller's transfer; whatever is not hers does not exist."""
        resource = self.resource(code)
        found: Transfer = fetch(transfers(self.actor, resource), pk=token)
        found.resource = resource
        if not decide_transfer(self.actor, "view", found):
            raise NotFound(_("There is nothing at this address, or it is not open to you."))
        return found

    @extend_schema(operation_id="catalog_tus_read", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, code: str, token: UUID) -> Response:
        """Read how far it is and, once it is whole and received, the address of its check."""
        found = self.transfer(code, token)
        return Response(_answer(found, found.resource))

    @extend_schema(operation_id="catalog_tus_offset", responses={200: None})
    def head(self, request: Request, code: str, token: UUID) -> Response:
        """Say from which byte on to send."""
        found = self.transfer(code, token)
        headers = _offset(found) | {"Upload-Length": str(found.length), "Cache-Control": "no-store"}
        if found.metadata:
            headers["Upload-Metadata"] = found.metadata
        return Response(headers=headers)

    @extend_schema(operation_id="catalog_tus_send", request={MEDIA_TYPE: OpenApiTypes.BINARY}, responses={204: None})
    def patch(self, request: Request, code: str, token: UUID) -> Response:
        """Send bytes from ``Upload-Offset`` on, with ``Upload-Checksum`` if wished."""
        if (request.content_type or "").partition(";")[0].strip() != MEDIA_TYPE:
            raise UnsupportedMediaType(request.content_type or "", detail=_("Send %s.") % MEDIA_TYPE)
        found = self.transfer(code, token)
        offset, checksum = (
            _number(request, "Upload-Offset"),
            _read(read_checksum, request.headers.get("Upload-Checksum", "")),
        )
        try:
            kept = add_bytes(self.actor, transfer=found, offset=offset, body=_body(request), checksum=checksum)
        except Conflict as error:
            answer = problem(error.status, error.code, str(error))
            answer["Upload-Offset"] = str(error.details.get("offset", found.offset))
            return answer
        return Response(status=HTTPStatus.NO_CONTENT, headers=_offset(kept))

    @extend_schema(operation_id="catalog_tus_end", responses={204: None})
    def delete(self, request: Request, code: str, token: UUID) -> Response:
        """Give it up; the parts are deleted."""
        end_transfer(self.actor, transfer=self.transfer(code, token))
        return Response(status=HTTPStatus.NO_CONTENT)


def _read(reader: Any, header: str) -> Any:
    try:
        return reader(header)
    except DataError as error:
        raise Invalid(message(error.code, error.params), code=error.code) from error


def _body(request: Request) -> Readable:
    """Give the bytes that were sent; in chunks they come without a length, and the server knows where they end."""
    body: Readable = request._request.META["wsgi.input"] if is_chunked(request) else request._request
    return body


def _number(request: Request, header: str) -> int:
    text = request.headers.get(header, "")
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS):
        raise Invalid(fields={header: [_("This must be a whole number.")]})
    return int(text)


def _offset(transfer: Transfer) -> dict[str, str]:
    expires = http_date(transfer.expires_at.timestamp())
    return {"Upload-Offset": str(transfer.offset), "Upload-Expires": expires}


def _address(transfer: Transfer, resource: Resource) -> str:
    return f"/api/v1/catalog/resources/{resource.address}/versions/tus/{transfer.pk}"


def _answer(transfer: Transfer, resource: Resource) -> dict[str, Any]:
    upload = f"/api/v1/catalog/resources/{resource.address}/uploads/{transfer.upload_id}/"
    return {
        "address": _address(transfer, resource),
        "name": transfer.name,
        "offset": transfer.offset,
        "length": transfer.length,
        "expires_at": transfer.expires_at.isoformat(),
        "upload": upload if transfer.upload_id else None,
        "page": f"{resource.get_absolute_url()}uploads/{transfer.upload_id}/" if transfer.upload_id else None,
        "refusal": transfer.refusal,
    }
