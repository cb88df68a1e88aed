"""The API of resources, their items and versions; the services decide what is right."""

from typing import Any, ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from catalog import filters, policies, selectors, services
from catalog.api import serializers as shapes
from catalog.models import Resource, Upload
from catalog.selectors.quality import with_lateness
from catalog.services.versions import receive_upload
from catalog.workflow import AMENDMENTS, RESOURCES
from portal.api.views import ApiView
from portal.kernel.errors import Invalid, NotFound
from portal.web.fetch import fetch

_FACETS = filters.office_facets()
_FACET_NAMES = frozenset(spec.name for spec in _FACETS)


class CatalogView(ApiView):
    """What the views of the catalogue have in common: scopes, and how a resource is fetched."""

    read_scope = "catalog:read"
    write_scope = "catalog:write"
    parameters: ClassVar[frozenset[str] | None] = frozenset()

    def resource(self, code: str) -> Resource:
        """Return the resource at an address if the caller may see it."""
        return fetch(selectors.detailed(self.actor), code=code.replace("~", "/"))

    def answer(self, code: str) -> dict[str, Any]:
        """Represent the resource as it is now, with the verbs open to the caller."""
        found = self.resource(code)
        tables = [(RESOURCES, found.state)]
        if found.amendment is not None:
            tables.append((AMENDMENTS, found.amendment.state))
        names = list(dict.fromkeys(row.verb for table, state in tables for row in table.verbs_from(state)))
        verbs = [name for name in names if policies.decide_work(self.actor, name, found)]
        answer = shapes.resource_answer(found, verbs, keeps=bool(policies.decide(self.actor, "history", found)))
        amendment = found.amendment
        if amendment is not None and policies.decide_amendment(self.actor, "view", amendment):
            answer["amendment"] = shapes.amendment_answer(selectors.work_of(found), amendment)
        return answer

    def checked(self, serializer: Any) -> dict[str, Any]:
        """Return what a serializer accepted."""
        serializer.is_valid(raise_exception=True)
        data: dict[str, Any] = serializer.validated_data
        return data


class ResourceList(CatalogView):
    """The resources the caller may see; a POST registers a draft."""

    parameters = _FACET_NAMES | {"q", "cursor", "limit"}

    @extend_schema(
        operation_id="catalog_resources_list",
        parameters=[
            OpenApiParameter("q", str, description="Words, pinyin or initials; all must be there"),
            *(OpenApiParameter(name, str, many=True) for name in sorted(_FACET_NAMES)),
            OpenApiParameter("cursor", str),
            OpenApiParameter("limit", int),
        ],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request) -> Response:
        """List resources, newest first; facet keys may be repeated."""
        params = request.query_params
        if len(params.get("q", "")) > filters.LONGEST_QUERY:
            raise Invalid(fields={"q": [_("At most 200 characters.")]})
        chosen = {name: params.getlist(name) for name in params if name in _FACET_NAMES}
        matched = selectors.with_words(with_lateness(selectors.resources(self.actor)), params.get("q", ""))
        found = selectors.listed(selectors.with_choices(matched, _FACETS, chosen))
        return self.paged(request, found, shapes.line_answer)

    @extend_schema(
        operation_id="catalog_resources_create", request=shapes.NewResourceInput, responses={201: OpenApiTypes.OBJECT}
    )
    def post(self, request: Request) -> Response:
        """Register a draft."""
        if (given := self.once(request)) is not None:
            return given
        fields = self.checked(shapes.NewResourceInput(data=request.data))
        made = services.create_resource(self.actor, **fields)
        location = {"Location": f"/api/v1/catalog/resources/{made.address}/"}
        return Response(self.answer(made.address), status=status.HTTP_201_CREATED, headers=location)


class ResourceDetail(CatalogView):
    """One resource."""

    @extend_schema(operation_id="catalog_resource_read", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, code: str) -> Response:
        """Read a resource with its items and the verbs the caller may use on it now."""
        return Response(self.answer(code))

    @extend_schema(operation_id="catalog_resource_edit", request=shapes.ResourceInput, responses=OpenApiTypes.OBJECT)
    def patch(self, request: Request, code: str) -> Response:
        """Change a draft or returned resource, or the open amendment of a published one."""
        if (given := self.once(request)) is not None:
            return given
        fields = self.checked(shapes.ResourceInput(data=request.data))
        services.edit_resource(self.actor, resource=self.resource(code), **fields)
        return Response(self.answer(code))


class ResourceItems(CatalogView):
    """The data items of a resource."""

    @extend_schema(operation_id="catalog_items_list", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, code: str) -> Response:
        """Read the data items in order."""
        return Response({"items": [shapes.item_answer(item) for item in self.resource(code).items.all()]})

    @extend_schema(operation_id="catalog_items_set", request=shapes.ItemsInput, responses=OpenApiTypes.OBJECT)
    def put(self, request: Request, code: str) -> Response:
        """Make the data items those given; an item with the same ``code`` is kept."""
        if (given := self.once(request)) is not None:
            return given
        rows = self.checked(shapes.ItemsInput(data=request.data))["items"]
        items = services.set_items(self.actor, resource=self.resource(code), items=rows)
        return Response({"items": [shapes.item_answer(item) for item in items]})


class ResourceVersions(CatalogView):
    """The versions of a resource's data; a POST hands in a file."""

    parser_classes = (MultiPartParser, JSONParser)

    @extend_schema(operation_id="catalog_versions_list", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, code: str) -> Response:
        """List the versions, newest first."""
        return Response({"versions": [shapes.version_answer(v) for v in selectors.versions(self.resource(code))]})

    @extend_schema(
        operation_id="catalog_versions_upload",
        request={"multipart/form-data": shapes.UploadInput},
        responses={202: OpenApiTypes.OBJECT},
    )
    def post(self, request: Request, code: str) -> Response:
        """Hand in a file; its check goes on in the background, at the address in ``Location``."""
        if (given := self.once(request)) is not None:
            return given
        resource = self.resource(code)
        facts = self.checked(shapes.UploadInput(data=request.data))
        upload = receive_upload(self.actor, resource=resource, name=facts["file"].name, **facts)
        answer = shapes.upload_answer(upload)
        return Response(answer, status=status.HTTP_202_ACCEPTED, headers={"Location": answer["address"]})


class ResourceUpload(CatalogView):
    """One file handed in."""

    @extend_schema(operation_id="catalog_upload_read", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, code: str, number: int) -> Response:
        """Read how far the check of a file is, and its report."""
        resource = self.resource(code)
        upload: Upload = fetch(selectors.uploads(resource), pk=number)
        upload.resource = resource
        if not policies.decide_upload(self.actor, "view", upload):
            raise NotFound(_("There is nothing at this address, or it is not open to you."))
        return Response(shapes.upload_answer(upload))


class ResourceVerb(CatalogView):
    """One verb of the transition table on a resource."""

    @extend_schema(operation_id="catalog_resource_verb", request=shapes.VerbInput, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, code: str, verb: str) -> Response:
        """Submit, withdraw, approve, return, publish, amend, cancel, suspend, resume or retire.

        While an amendment is open, the first five and ``cancel`` act on it.
        """
        if verb not in services.VERBS:
            raise NotFound(_("There is no such act."))
        if (given := self.once(request)) is not None:
            return given
        resource = self.resource(code)
        reason = self.checked(shapes.VerbInput(data=request.data))["reason"]
        moved = services.VERBS[verb](self.actor, resource=resource, reason=reason)
        if selectors.resources(self.actor).filter(pk=moved.pk).exists():
            return Response(self.answer(code))
        return Response({"code": moved.code, "state": moved.state})
