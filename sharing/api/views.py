"""The API of requests and grants: shape is checked here, everything else by the services and the gate."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.gate import Right, Warrant
from catalog.gate.rows_view import ROW_PARAMETERS, RowsView
from portal.api.views import ApiView
from portal.kernel.actors import Actor
from portal.kernel.errors import Invalid, NotFound
from sharing import policies, selectors, services
from sharing.api.serializers import NewRequestInput, RequestInput, RequestVerbInput, grant_answer, request_answer
from sharing.models import Grant
from sharing.models import Request as Asked
from sharing.workflow import GRANTS, REQUESTS


class SharingView(ApiView):
    """What the views of sharing have in common: the scopes a key must carry."""

    read_scope = "sharing:read"
    write_scope = "sharing:write"


def _checked(serializer: Any) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    data: dict[str, Any] = serializer.validated_data
    return data


def _state_of(request: Request, states: Any) -> str:
    state = request.query_params.get("state", "")
    if state and state not in states:
        raise Invalid(fields={"state": [_("There is no such state.")]}, code="unknown_state")
    return state


def _answer(actor: Actor, asked: Asked) -> dict[str, Any]:
    rows = REQUESTS.verbs_from(asked.state)
    return request_answer(asked, [row.verb for row in rows if policies.decide(actor, row.verb, asked)])


class RequestList(SharingView):
    """The requests the caller may see; a POST writes a draft."""

    parameters = frozenset({"state", "waiting", "cursor", "limit"})

    @extend_schema(
        operation_id="sharing_requests_list",
        parameters=[
            OpenApiParameter("state", str, enum=list(REQUESTS.states)),
            OpenApiParameter("waiting", str, enum=["true"], description="Only those that wait for the caller"),
            OpenApiParameter("cursor", str),
            OpenApiParameter("limit", int),
        ],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request) -> Response:
        """List requests, newest first."""
        waiting = request.query_params.get("waiting", "")
        if waiting not in {"", "true"}:
            raise Invalid(fields={"waiting": [_("This is “true” or left out.")]})
        found = selectors.requests(self.actor, waiting=bool(waiting), state=_state_of(request, REQUESTS.states))
        return self.paged(request, found.select_related("grant"), request_answer)

    @extend_schema(
        operation_id="sharing_requests_create", request=NewRequestInput, responses={201: OpenApiTypes.OBJECT}
    )
    def post(self, request: Request) -> Response:
        """Write a draft of a request for a resource."""
        if (given := self.once(request)) is not None:
            return given
        fields = _checked(NewRequestInput(data=request.data))
        resource = selectors.resource_to_ask(self.actor, fields.pop("resource").replace("~", "/"))
        department = fields.pop("department", None)
        asked = services.draft_request(self.actor, resource=resource, department_id=department, **fields)
        return Response(
            request_answer(asked),
            status=status.HTTP_201_CREATED,
            headers={"Location": f"/api/v1/sharing/requests/{asked.number}/"},
        )


class RequestDetail(SharingView):
    """One request."""

    parameters: ClassVar[frozenset[str]] = frozenset()

    @extend_schema(operation_id="sharing_request_read", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, number: str) -> Response:
        """Read a request, with the verbs the caller may use on it now."""
        return Response(_answer(self.actor, selectors.fetch_request(self.actor, number)))

    @extend_schema(operation_id="sharing_request_edit", request=RequestInput, responses=OpenApiTypes.OBJECT)
    def patch(self, request: Request, number: str) -> Response:
        """Change a draft or a returned request."""
        if (given := self.once(request)) is not None:
            return given
        asked = selectors.fetch_request(self.actor, number)
        services.edit_request(self.actor, request=asked, **_checked(RequestInput(data=request.data)))
        return Response(_answer(self.actor, selectors.fetch_request(self.actor, number)))


class RequestVerb(SharingView):
    """One verb of the transition table on a request."""

    parameters: ClassVar[frozenset[str]] = frozenset()

    @extend_schema(operation_id="sharing_request_verb", request=RequestVerbInput, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, number: str, verb: str) -> Response:
        """Submit, consent, approve, return, refuse, withdraw or extend."""
        if verb not in _REQUEST_VERBS:
            raise NotFound(_("There is no such act."))
        if (given := self.once(request)) is not None:
            return given
        asked = selectors.fetch_request(self.actor, number)
        _REQUEST_VERBS[verb](self.actor, asked, _checked(RequestVerbInput(data=request.data)))
        return Response(_answer(self.actor, selectors.fetch_request(self.actor, number)))


_Act = Callable[[Actor, Asked, dict[str, Any]], Asked]
_REQUEST_VERBS: dict[str, _Act] = {
    "submit": lambda actor, asked, given: services.submit(actor, request=asked),
    "consent": lambda actor, asked, given: services.consent(actor, request=asked, reason=given["reason"]),
    "return": lambda actor, asked, given: services.return_(actor, request=asked, reason=given["reason"]),
    "refuse": lambda actor, asked, given: services.refuse(actor, request=asked, reason=given["reason"]),
    "withdraw": lambda actor, asked, given: services.withdraw(actor, request=asked, reason=given["reason"]),
    "approve": lambda actor, asked, given: services.approve(
        actor, request=asked, items=given.get("items"), reason=given["reason"]
    ),
    "extend": lambda actor, asked, given: services.extend(
        actor, request=asked, reason=given["reason"], **{key: given[key] for key in ("working_days",) if key in given}
    ),
}
_GRANT_VERBS: dict[str, Callable[..., Grant]] = {
    "suspend": services.suspend_grant,
    "resume": services.resume_grant,
    "terminate": services.terminate_grant,
}


class GrantList(SharingView):
    """The grants the caller may see."""

    parameters = frozenset({"state", "cursor", "limit"})

    @extend_schema(operation_id="sharing_grants_list", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """List grants, newest first."""
        found = selectors.grants(self.actor, state=_state_of(request, GRANTS.states))
        return self.paged(request, found, grant_answer)


class GrantDetail(SharingView):
    """One grant."""

    parameters: ClassVar[frozenset[str]] = frozenset()

    @extend_schema(operation_id="sharing_grant_read", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, number: str) -> Response:
        """Read a grant with its plan."""
        return Response(grant_answer(selectors.fetch_grant(self.actor, number)))


class GrantVerb(SharingView):
    """Suspend, resume or terminate a grant."""

    parameters: ClassVar[frozenset[str]] = frozenset()

    @extend_schema(operation_id="sharing_grant_verb", request=RequestVerbInput, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, number: str, verb: str) -> Response:
        """Move a grant, with a reason."""
        if verb not in _GRANT_VERBS:
            raise NotFound(_("There is no such act."))
        if (given := self.once(request)) is not None:
            return given
        grant = selectors.fetch_grant(self.actor, number)
        reason = _checked(RequestVerbInput(data=request.data))["reason"]
        _GRANT_VERBS[verb](self.actor, grant=grant, reason=reason)
        return Response(grant_answer(selectors.fetch_grant(self.actor, number)))


@extend_schema_view(
    get=extend_schema(operation_id="sharing_grant_rows", parameters=ROW_PARAMETERS, responses=OpenApiTypes.OBJECT)
)
class GrantRows(SharingView, RowsView):
    """The granted rows, through the gate."""

    def right(self, actor: Actor, **address: Any) -> Right:
        """Give the right of the grant of this number."""
        number = address["number"]

        def warrant() -> Warrant:
            return services.warrant_for(selectors.fetch_grant(actor, number))

        return Right(("grant", number, actor.user_id), selectors.grant_stamp(number), warrant)
