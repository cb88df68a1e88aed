"""The API of deletions of data: the list and the proposal, one with its certificate, the decision."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.serializers import VerbInput
from catalog.api.views import CatalogView
from catalog.models import Deletion, Resource
from catalog.policies.deletions import decide_deletions
from catalog.selectors import deletions as selectors
from catalog.services import deletions as services
from portal.api.shapes import Input
from portal.kernel.errors import NotAllowed, NotFound
from portal.web.fetch import fetch


class DeletionInput(Input):
    """A proposal: numbers of versions, why, and on what legal basis."""

    versions = serializers.ListField(child=serializers.IntegerField(min_value=1), allow_empty=False, max_length=1000)
    reason = serializers.CharField(max_length=2000)
    basis = serializers.CharField(max_length=2000)


class DeletionView(CatalogView):
    """What the views of deletions have in common."""

    def kept(self, code: str) -> Resource:
        """Return a resource whose deletions the caller may see."""
        found = self.resource(code)
        if not (decision := decide_deletions(self.actor, "view", found)):
            raise NotAllowed(decision.reason, code=decision.code)
        return found

    def deletion(self, code: str, number: str) -> Deletion:
        """Return a deletion of a resource."""
        return fetch(selectors.deletions(self.kept(code)), number=number)


class DeletionList(DeletionView):
    """The deletions of data of a resource; a POST proposes one."""

    @extend_schema(operation_id="catalog_deletions_list", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, code: str) -> Response:
        """List the deletions of a resource, newest first."""
        return Response({"results": [_line(one) for one in selectors.deletions(self.kept(code))]})

    @extend_schema(operation_id="catalog_deletion_propose", request=DeletionInput, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request, code: str) -> Response:
        """Propose that the data of versions is deleted; the head of the office decides."""
        if (given := self.once(request)) is not None:
            return given
        data = self.checked(DeletionInput(data=request.data))
        made = services.propose_deletion(
            self.actor, resource=self.kept(code), numbers=data["versions"], reason=data["reason"], basis=data["basis"]
        )
        return Response(selectors.certificate(made), status=status.HTTP_201_CREATED)


class DeletionDetail(DeletionView):
    """One deletion."""

    @extend_schema(operation_id="catalog_deletion_read", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, code: str, number: str) -> Response:
        """Read a deletion; once it is carried out, this is its certificate."""
        return Response(selectors.certificate(self.deletion(code, number)))


class DeletionVerb(DeletionView):
    """One verb of the transition table on a deletion."""

    @extend_schema(operation_id="catalog_deletion_verb", request=VerbInput, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, code: str, number: str, verb: str) -> Response:
        """Approve, refuse or withdraw."""
        if verb not in services.VERBS:
            raise NotFound(_("There is no such act."))
        if (given := self.once(request)) is not None:
            return given
        reason = self.checked(VerbInput(data=request.data))["reason"]
        services.move_deletion(self.actor, deletion=self.deletion(code, number), verb=verb, reason=reason)
        return Response(selectors.certificate(self.deletion(code, number)))


def _line(one: Deletion) -> dict[str, Any]:
    return {
        "number": one.number,
        "state": one.state,
        "versions": [version.number for version in one.versions.all()],
        "reason": one.reason,
        "basis": one.basis,
        "proposed_at": one.created_at,
        "decided_at": one.decided_at,
        "finished_at": one.finished_at,
    }
