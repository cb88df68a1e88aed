"""API views of license types, licenses, acts on them and verification."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response

from licenses import selectors, services
from licenses.api.serializers import (
    ActInput,
    ChangeInput,
    LicenseInput,
    RenewInput,
    TypeInput,
    VerifyInput,
    represent_content,
    represent_license,
    represent_result,
    represent_type,
)
from licenses.models import LAPSED, License, State, Verification
from licenses.services.printing import reveal_license
from licenses.services.queries import BAD_TYPE, NOT_AUTHENTICATED, PARAMETER_MISSING, query_by_holder
from portal.api.views import ApiView
from portal.kernel.errors import Invalid, NotAllowed, NotFound
from portal.web.fetch import fetch

OBJECT = OpenApiTypes.OBJECT
PAGING = frozenset({"limit", "cursor"})


class LicenseApi(ApiView):
    """What all views of licenses share: their scopes."""

    read_scope = "licenses:read"
    write_scope = "licenses:write"

    def license(self, identifier: str) -> License:
        """Fetch a license the caller may see."""
        return fetch(selectors.license_by_identifier(self.actor, identifier))


class Types(LicenseApi):
    """License types one may see."""

    parameters = PAGING

    @extend_schema(operation_id="licenses_types_list", responses=OBJECT)
    def get(self, request: Request) -> Response:
        """List license types."""
        return self.paged(request, selectors.license_types(self.actor), represent_type, ordering="code")

    @extend_schema(operation_id="licenses_types_define", request=TypeInput, responses={201: OBJECT})
    def post(self, request: Request) -> Response:
        """Define a license type as a draft."""
        if (given := self.once(request)) is not None:
            return given
        sent = TypeInput(data=request.data)
        sent.is_valid(raise_exception=True)
        return Response(represent_type(services.define_type(self.actor, **sent.validated_data)), status=201)


class Type(LicenseApi):
    """One license type."""

    parameters = frozenset()

    @extend_schema(operation_id="licenses_types_read", responses=OBJECT)
    def get(self, request: Request, code: str) -> Response:
        """Read a license type."""
        return Response(represent_type(fetch(selectors.license_types(self.actor), code=code)))


class PublishType(LicenseApi):
    """Publish a license type."""

    parameters = frozenset()

    @extend_schema(operation_id="licenses_types_publish", request=None, responses=OBJECT)
    def post(self, request: Request, code: str) -> Response:
        """Publish the draft as the next version."""
        if (given := self.once(request)) is not None:
            return given
        found = fetch(selectors.license_types(self.actor), code=code)
        services.publish_type(self.actor, type=found)
        found.refresh_from_db()
        return Response(represent_type(found))


class RetireType(LicenseApi):
    """Retire a license type."""

    parameters = frozenset()

    @extend_schema(operation_id="licenses_types_retire", request=ActInput, responses=OBJECT)
    def post(self, request: Request, code: str) -> Response:
        """Retire the type for good, with a reason."""
        if (given := self.once(request)) is not None:
            return given
        found = fetch(selectors.license_types(self.actor), code=code)
        sent = ActInput(data=request.data)
        sent.is_valid(raise_exception=True)
        return Response(
            represent_type(services.retire_type(self.actor, type=found, reason=sent.validated_data["reason"]))
        )


class Licenses(LicenseApi):
    """Licenses one may see."""

    parameters = PAGING | {"q", "type", "state"}

    @extend_schema(
        operation_id="licenses_list",
        parameters=[OpenApiParameter(name, str) for name in ("q", "type", "state")],
        responses=OBJECT,
    )
    def get(self, request: Request) -> Response:
        """List licenses; `q` is an identifier, number or whole holder code."""
        asked = request.query_params
        if asked.get("state") and asked["state"] not in {*State.values, LAPSED}:
            raise Invalid(fields={"state": [_("There is no such state.")]}, code="unknown_state")
        found = selectors.licenses(
            self.actor, q=asked.get("q", ""), type_code=asked.get("type", ""), state=asked.get("state", "")
        )
        return self.paged(request, found, represent_license, ordering="-id")

    @extend_schema(operation_id="licenses_issue", request=LicenseInput, responses={201: OBJECT})
    def post(self, request: Request) -> Response:
        """Issue a license."""
        if (given := self.once(request)) is not None:
            return given
        sent = LicenseInput(data=request.data)
        sent.is_valid(raise_exception=True)
        data = dict(sent.validated_data)
        type_ = selectors.license_types(self.actor).filter(code=data.pop("type")).first()
        if type_ is None:
            raise Invalid(fields={"type": [_("There is no such license type.")]}, code=BAD_TYPE)
        return Response(represent_license(services.issue_license(self.actor, type=type_, **data)), status=201)


class OneLicense(LicenseApi):
    """One license."""

    parameters = frozenset({"reveal"})

    @extend_schema(operation_id="licenses_read", parameters=[OpenApiParameter("reveal", bool)], responses=OBJECT)
    def get(self, request: Request, identifier: str) -> Response:
        """Read a license; with `reveal=true` also what it says, which is recorded."""
        found = self.license(identifier)
        body = represent_license(found)
        wanted = request.query_params.get("reveal", "false")
        if wanted not in {"true", "false"}:
            raise Invalid(fields={"reveal": [_("This is true or false.")]})
        if wanted == "true":
            body["content"] = represent_content(reveal_license(self.actor, license=found))
        return Response(body)


class LicenseAct(LicenseApi):
    """A verb on a license."""

    parameters = frozenset()
    verbs: ClassVar[dict[str, tuple[type[ActInput], Callable[..., License]]]] = {
        "withhold": (ActInput, services.withhold_license),
        "resume": (ActInput, services.resume_license),
        "revoke": (ActInput, services.revoke_license),
        "revoke_as_penalty": (ActInput, services.revoke_license_as_penalty),
        "cancel": (ActInput, services.cancel_license),
        "change": (ChangeInput, services.change_license),
        "renew": (RenewInput, services.renew_license),
    }

    @extend_schema(operation_id="licenses_act", request=ChangeInput, responses=OBJECT)
    def post(self, request: Request, identifier: str, verb: str) -> Response:
        """Withhold, resume, revoke, revoke as a penalty, cancel, change or renew a license."""
        if (given := self.once(request)) is not None:
            return given
        if verb not in self.verbs:
            raise NotFound(_("There is no such verb."))
        shape, service = self.verbs[verb]
        sent = shape(data=request.data)
        sent.is_valid(raise_exception=True)
        moved = service(self.actor, license=self.license(identifier), **sent.validated_data)
        return Response(represent_license(self.license(moved.identifier)))


class Verify(LicenseApi):
    """Verification: by printed code, by identifier and name, or, for officials, by holder."""

    read_scope = ""
    write_scope = ""
    open_to_visitors = True
    parameters = frozenset()

    @extend_schema(operation_id="licenses_verify", request=VerifyInput, responses=OBJECT)
    def post(self, request: Request) -> Response:
        """Verify a license; `code` in the answer is 0 found, 10 none found."""
        sent = VerifyInput(data=request.data)
        sent.is_valid(raise_exception=True)
        data: dict[str, Any] = sent.validated_data
        channel = Verification.Channel.API
        if data.get("code"):
            return Response(represent_result(services.verify_code(self.actor, code=data["code"], channel=channel)))
        if data.get("identifier"):
            name = _needed(data, "holder_name")
            result = services.verify_by_name(self.actor, text=data["identifier"], holder_name=name, channel=channel)
            return Response(represent_result(result))
        return self._by_holder(data)

    def _by_holder(self, data: dict[str, Any]) -> Response:
        if not data.get("type"):
            _needed(data, "code")
        if self.actor.is_visitor:
            raise exceptions.NotAuthenticated(_("Send a key: Authorization: Bearer <key>."), code=NOT_AUTHENTICATED)
        # Anybody may verify what is in his hand; looking licenses up by their holder is reading them.
        if not self.actor.has_scope(LicenseApi.read_scope):
            raise NotAllowed(_("This key does not carry the scope “%s”.") % LicenseApi.read_scope, code="scope_missing")
        found = query_by_holder(
            self.actor,
            type_code=_needed(data, "type"),
            holder_code_type=_needed(data, "holder_code_type"),
            holder_code=_needed(data, "holder_code"),
            cause=_needed(data, "cause"),
        )
        return Response({"code": "0" if found else "10", "licenses": [represent_license(one) for one in found]})


def _needed(data: dict[str, Any], name: str) -> str:
    if not str(data.get(name, "")).strip():
        raise Invalid(fields={name: [_("This parameter is missing.")]}, code=PARAMETER_MISSING)
    return str(data[name])
