"""The API of opening: rows without a key, editions, and the verbs of their table."""

from typing import Any, ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.gate import Right, Warrant
from catalog.gate.rows_view import ROW_PARAMETERS, RowsView
from opening import policies, selectors, services
from opening.api.serializers import EditionInput, EditionVerbInput, NewEditionInput, edition_answer
from opening.models import Publication
from opening.workflow import PUBLICATIONS
from portal.api.views import WRITES, ApiView
from portal.kernel.actors import Actor
from portal.kernel.errors import Invalid, NotFound
from portal.web.fetch import fetch


@extend_schema_view(
    get=extend_schema(operation_id="opening_edition_rows", parameters=ROW_PARAMETERS, responses=OpenApiTypes.OBJECT)
)
class EditionRows(RowsView):
    """The rows of an open edition; no key is needed."""

    open_to_visitors = True
    answer_headers: ClassVar[dict[str, str]] = {"Access-Control-Allow-Origin": "*", "Cache-Control": "no-cache"}

    def right(self, actor: Actor, **address: Any) -> Right:
        """Give the right to the edition of this name."""
        name = address["name"]

        def warrant() -> Warrant:
            return services.warrant_for(selectors.edition_at(selectors.editions(actor), name=name), counts="call")

        return Right(("edition", name), selectors.edition_stamp(actor, name), warrant)


def _checked(serializer: Any) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    fields: dict[str, Any] = dict(serializer.validated_data)
    if "license" in fields:
        fields["license_code"] = fields.pop("license")
    return fields


def _answer(actor: Actor, publication: Publication) -> dict[str, Any]:
    """Represent an edition; what may be done with it and its resource only to those who work with it."""
    if not policies.manages(actor, publication):
        return edition_answer(publication)
    rows = PUBLICATIONS.verbs_from(publication.state)
    return edition_answer(publication, [row.verb for row in rows if policies.decide(actor, row.verb, publication)])


class PublicationView(ApiView):
    """What the views of editions have in common: everybody reads, only people with a key write."""

    open_to_visitors = True
    write_scope = "opening:write"

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.method in WRITES and self.actor.is_visitor:
            raise NotAuthenticated(_("Send a key: Authorization: Bearer <key>."))


class PublicationList(PublicationView):
    """The editions the caller may see; a POST writes a draft."""

    parameters = frozenset({"state", "organization", "cursor", "limit"})

    @extend_schema(
        operation_id="opening_publications_list",
        parameters=[
            OpenApiParameter("state", str, enum=list(PUBLICATIONS.states)),
            OpenApiParameter("organization", str, description="Name of the department in addresses"),
            OpenApiParameter("cursor", str),
            OpenApiParameter("limit", int),
        ],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request) -> Response:
        """List editions, the newest first."""
        state, organization = (request.query_params.get(name, "") for name in ("state", "organization"))
        if state and state not in PUBLICATIONS.states:
            raise Invalid(fields={"state": [_("There is no such state.")]}, code="unknown_state")
        found = selectors.editions(self.actor)
        found = found.filter(state=state) if state else found
        found = found.filter(resource__provider__slug=organization) if organization else found
        return self.paged(request, found, edition_answer, ordering="-created_at")

    @extend_schema(
        operation_id="opening_publications_create", request=NewEditionInput, responses={201: OpenApiTypes.OBJECT}
    )
    def post(self, request: Request) -> Response:
        """Write a draft of an edition of a resource."""
        if (given := self.once(request)) is not None:
            return given
        fields = _checked(NewEditionInput(data=request.data))
        code = fields.pop("resource").replace("~", "/")
        resource = fetch(selectors.resources_to_open(self.actor), code=code)
        made = services.draft_publication(self.actor, resource=resource, **fields)
        return Response(
            _answer(self.actor, made),
            status=status.HTTP_201_CREATED,
            headers={"Location": f"/api/v1/opening/publications/{made.name}/"},
        )


class PublicationDetail(PublicationView):
    """One edition."""

    parameters: ClassVar[frozenset[str]] = frozenset()

    @extend_schema(operation_id="opening_publication_read", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, name: str) -> Response:
        """Read an edition; its own people also get the verbs they may use on it now."""
        return Response(_answer(self.actor, selectors.edition_at(selectors.editions(self.actor), name=name)))

    @extend_schema(operation_id="opening_publication_edit", request=EditionInput, responses=OpenApiTypes.OBJECT)
    def patch(self, request: Request, name: str) -> Response:
        """Change a draft or a returned edition."""
        if (given := self.once(request)) is not None:
            return given
        publication = selectors.edition_at(selectors.editions(self.actor), name=name)
        services.edit_publication(self.actor, publication=publication, **_checked(EditionInput(data=request.data)))
        return Response(_answer(self.actor, selectors.edition_at(selectors.editions(self.actor), name=name)))


class PublicationVerb(PublicationView):
    """One verb of the transition table on an edition."""

    parameters: ClassVar[frozenset[str]] = frozenset()

    @extend_schema(operation_id="opening_publication_verb", request=EditionVerbInput, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, name: str, verb: str) -> Response:
        """Submit, return, publish, suspend, resume, revise or withdraw."""
        if verb not in services.VERBS:
            raise NotFound(_("There is no such act."))
        if (given := self.once(request)) is not None:
            return given
        publication = selectors.edition_at(selectors.editions(self.actor), name=name)
        reason = _checked(EditionVerbInput(data=request.data))["reason"]
        services.VERBS[verb](self.actor, publication=publication, reason=reason)
        return Response(_answer(self.actor, selectors.edition_at(selectors.editions(self.actor), name=name)))
