"""The API of hand-overs between departments: the list and the proposal, one with what it moves, its acts."""

from typing import Any, ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.serializers import VerbInput
from catalog.api.views import CatalogView
from catalog.models import HandOver, Resource
from catalog.policies.handovers import decide_hand_over, decide_see_hand_overs
from catalog.selectors import handovers as selectors
from catalog.services import handovers as services
from catalog.workflow import HANDOVERS
from portal.accounts.models import Department
from portal.api.shapes import Input
from portal.kernel.errors import Invalid, NotAllowed, NotFound
from portal.web.fetch import fetch


class HandOverChange(Input):
    """By which document, and what; without codes everything the giver has is handed over."""

    document = serializers.CharField(max_length=200)
    note = serializers.CharField(max_length=2000, required=False, default="", allow_blank=True)
    resources = serializers.ListField(
        child=serializers.CharField(max_length=64), required=False, default=list, max_length=10_000
    )


class HandOverInput(HandOverChange):
    """A proposal: from whom, to whom (USCC), by which document, what."""

    giver = serializers.SlugRelatedField(slug_field="uscc", queryset=Department.objects.all())
    taker = serializers.SlugRelatedField(slug_field="uscc", queryset=Department.objects.all())


def hand_over_line(found: HandOver) -> dict[str, Any]:
    """Represent a hand-over in a list."""
    return {
        "number": found.number,
        "address": f"/api/v1/catalog/handovers/{found.number}/",
        "state": found.state,
        "giver": found.giver.uscc,
        "taker": found.taker.uscc,
        "document": found.document,
        "extent": found.extent,
        "created_at": found.created_at.isoformat(),
        "carried_out_at": found.carried_out_at.isoformat() if found.carried_out_at else None,
    }


class HandOverView(CatalogView):
    """What the views of hand-overs have in common."""

    def hand_over(self, number: str) -> HandOver:
        """Return a hand-over if the caller may see it."""
        return fetch(selectors.hand_overs(self.actor), number=number)

    def chosen(self, codes: list[str]) -> list[Resource]:
        """Return the resources of codes. Raises ``Invalid`` naming the first that is not there."""
        wanted = [code.replace("~", "/") for code in codes]
        found = {one.code: one for one in Resource.objects.filter(code__in=wanted).select_related("provider")}
        if unknown := [code for code in wanted if code not in found]:
            text = _("There is no resource with the code %(code)s.") % {"code": unknown[0]}
            raise Invalid(fields={"resources": [text]})
        return [found[code] for code in wanted]

    def represented(self, number: str) -> dict[str, Any]:
        """Represent a hand-over with what moves, what keeps it, and the verbs open to the caller."""
        found = self.hand_over(number)
        names = dict.fromkeys(row.verb for row in HANDOVERS.verbs_from(found.state))
        moving = selectors.moving(found, selectors.resources_to_move(found))
        lines = [
            {
                "resource": line.resource.code,
                "title_zh": line.resource.title_zh,
                "companions": [{"kind": str(one.kind), "number": one.number} for one in line.companions],
                "obstacles": [str(text) for text in line.obstacles],
            }
            for line in moving
        ]
        verbs = [name for name in names if decide_hand_over(self.actor, name, found)]
        return hand_over_line(found) | {"note": found.note, "decision": found.decision, "moves": lines, "verbs": verbs}


class HandOverList(HandOverView):
    """The hand-overs the caller may see; a POST proposes one."""

    parameters: ClassVar[frozenset[str] | None] = frozenset({"cursor", "limit"})

    @extend_schema(operation_id="catalog_handovers_list", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """List hand-overs, newest first."""
        if not (decision := decide_see_hand_overs(self.actor)):
            raise NotAllowed(decision.reason, code=decision.code)
        return self.paged(request, selectors.hand_overs(self.actor), hand_over_line)

    @extend_schema(
        operation_id="catalog_handovers_propose", request=HandOverInput, responses={201: OpenApiTypes.OBJECT}
    )
    def post(self, request: Request) -> Response:
        """Propose a hand-over; nothing moves before both heads agree, or the data authority decides."""
        if (given := self.once(request)) is not None:
            return given
        asked = self.checked(HandOverInput(data=request.data))
        asked["resources"] = self.chosen(asked["resources"])
        answer = self.represented(services.propose_hand_over(self.actor, **asked).number)
        return Response(answer, status=status.HTTP_201_CREATED, headers={"Location": answer["address"]})


class HandOverDetail(HandOverView):
    """One hand-over."""

    @extend_schema(operation_id="catalog_handover_read", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, number: str) -> Response:
        """Read a hand-over with every resource it moves, what goes with it and what keeps it."""
        return Response(self.represented(number))


class HandOverVerb(HandOverView):
    """One act on a hand-over."""

    @extend_schema(operation_id="catalog_handover_verb", request=VerbInput, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, number: str, verb: str) -> Response:
        """Release, agree, decide (by document), carry_out, undo, return, cancel, or propose again after a return."""
        if verb not in {*services.HANDOVER_VERBS, "propose"}:
            raise NotFound(_("There is no such act."))
        if (given := self.once(request)) is not None:
            return given
        found = self.hand_over(number)
        if verb == "propose":
            asked = self.checked(HandOverChange(data=request.data))
            asked["resources"] = self.chosen(asked["resources"])
            services.propose_again(self.actor, hand_over=found, **asked)
        else:
            reason = self.checked(VerbInput(data=request.data))["reason"]
            services.HANDOVER_VERBS[verb](self.actor, hand_over=found, reason=reason)
        return Response(self.represented(number))
