"""The API of quality: the report of a resource, its rules, rectification tickets."""

from typing import Any, ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.serializers import VerbInput
from catalog.api.views import CatalogView
from catalog.data.quality import Result, Rule, RuleInvalid
from catalog.messages import message
from catalog.models import DIMENSIONS, SEVERITIES, QualityTicket, Resource
from catalog.policies.quality import decide_quality
from catalog.selectors import quality as selectors
from catalog.selectors.columns import item_columns
from catalog.selectors.quality.metadata import TOTAL
from catalog.services import quality as services
from portal.api.shapes import Input
from portal.kernel.errors import Invalid, NotFound
from portal.web.fetch import fetch


class RuleInput(Input):
    """A rule as `catalog.data.quality.Rule` reads it; the columns are physical ids, as versions list them."""

    kind = serializers.CharField(max_length=20)
    columns = serializers.ListField(child=serializers.CharField(max_length=63), default=list)
    params = serializers.DictField(default=dict)
    weight = serializers.FloatField(default=1.0)
    severity = serializers.ChoiceField(choices=SEVERITIES, default="warn")
    dimension = serializers.ChoiceField(choices=DIMENSIONS, required=False)
    threshold = serializers.FloatField(default=100.0)
    is_on = serializers.BooleanField(default=True)
    reason = serializers.CharField(max_length=1000, default="", allow_blank=True)
    trial = serializers.BooleanField(default=False)


def result_answer(result: Result, *, shows_rows: bool) -> dict[str, Any]:
    """Represent what one rule found; lines and hashed keys for those who may see the rows."""
    data = result.to_json() | {"score": result.score, "broken": result.is_broken}
    if not shows_rows:
        for name in ("lines", "keys"):
            del data[name]
    return data


def ticket_answer(ticket: QualityTicket) -> dict[str, Any]:
    """Represent a ticket."""
    return {
        "number": ticket.number,
        "resource": ticket.resource.code,
        "state": ticket.state,
        "cause": ticket.cause,
        "rule": ticket.rule_key,
        "facts": ticket.facts,
        "note": ticket.note,
        "answer": ticket.said_answer,
        "created_at": ticket.created_at,
        "closed_at": ticket.closed_at,
    }


class ResourceQuality(CatalogView):
    """The quality of a resource's current data and of its description."""

    @extend_schema(operation_id="catalog_quality_read", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, code: str) -> Response:
        """Read scores with their reasons; profile, lines and hashed keys for those who may see the rows."""
        resource = self.resource(code)
        version = resource.current_version
        if version is None:
            raise NotFound(_("There is no data yet."))
        shows_rows = bool(decide_quality(self.actor, "view_rows", resource))
        report = selectors.report_of(version)
        measured = selectors.timeliness_of(resource)
        points = selectors.metadata_points(resource, lambda name: f"{resource.get_absolute_url()}{name}/")
        answer: dict[str, Any] = {
            "version": version.number,
            "rows": version.row_count,
            "score": report.score if report else None,
            "grade": report.grade if report else "",
            "dimensions": report.dimensions if report else {},
            "checked_at": report.created_at if report else None,
            "results": [result_answer(one, shows_rows=shows_rows) for one in selectors.results_of(report)]
            if report
            else [],
            "timeliness": {
                "due_on": measured.due_on,
                "days_late": measured.days_late,
                "due": measured.due,
                "met": measured.met,
            },
            "description": {
                "points": sum(point.points for point in points if point.is_met),
                "of": TOTAL,
                "missing": [point.key for point in points if not point.is_met],
            },
        }
        return Response(answer | ({"profile": version.profile} if shows_rows else {}))


class _RuleView(CatalogView):
    def given(self, request: Request, resource: Resource, key: str = "") -> tuple[Rule, dict[str, Any]]:
        """Read the rule of a request. Raises Invalid naming the part at fault."""
        data = self.checked(RuleInput(data=request.data))
        try:
            return Rule.from_json(data | {"key": key}), data
        except RuleInvalid as error:
            fields = {error.parameter: [message(error.code, error.params)]}
            raise Invalid(code=error.code, fields=fields) from error

    def lines(self, resource: Resource) -> list[dict[str, Any]]:
        """Represent the rules of a resource."""
        return [
            line.rule.to_json() | {"label": line.label, "is_on": line.is_on, "is_own": line.is_own}
            for line in selectors.rule_lines(resource, item_columns(resource))
        ]


class ResourceQualityRules(_RuleView):
    """The rules of a resource; a POST adds one, or tries it."""

    @extend_schema(operation_id="catalog_quality_rules_list", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, code: str) -> Response:
        """List the rules that the declaration implies and those the data office added."""
        return Response({"rules": self.lines(self.resource(code))})

    @extend_schema(operation_id="catalog_quality_rules_add", request=RuleInput, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request, code: str) -> Response:
        """Add a rule; with ``trial`` ask it of the current version and save nothing."""
        if (given := self.once(request)) is not None:
            return given
        resource = self.resource(code)
        rule, data = self.given(request, resource)
        if data["trial"]:
            result = services.try_rule(self.actor, resource=resource, rule=rule)
            return Response({"result": None if result is None else result_answer(result, shows_rows=True)})
        edition = services.set_rule(self.actor, resource=resource, rule=rule)
        return Response(edition.content, status=status.HTTP_201_CREATED)


class ResourceQualityRule(_RuleView):
    """One rule of a resource."""

    @extend_schema(operation_id="catalog_quality_rule_set", request=RuleInput, responses=OpenApiTypes.OBJECT)
    def put(self, request: Request, code: str, key: str) -> Response:
        """Set a new edition of a rule, or switch it off with a reason."""
        if (given := self.once(request)) is not None:
            return given
        resource = self.resource(code)
        rule, data = self.given(request, resource, key)
        edition = services.set_rule(
            self.actor, resource=resource, rule=rule, key=key, is_on=data["is_on"], reason=data["reason"]
        )
        return Response(edition.content | {"edition": edition.number, "is_on": edition.is_on})

    @extend_schema(operation_id="catalog_quality_rule_reset", responses={204: None})
    def delete(self, request: Request, code: str, key: str) -> Response:
        """Take back what was set: an implied rule is as declared again, an own one is gone."""
        services.reset_rule(self.actor, resource=self.resource(code), key=key)
        return Response(status=status.HTTP_204_NO_CONTENT)


class TicketList(CatalogView):
    """The rectification tickets the caller may see."""

    parameters: ClassVar[frozenset[str]] = frozenset({"cursor", "limit"})

    @extend_schema(
        operation_id="catalog_tickets_list",
        parameters=[OpenApiParameter("cursor", str), OpenApiParameter("limit", int)],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request) -> Response:
        """List tickets, newest first."""
        return self.paged(request, selectors.tickets(self.actor), ticket_answer)


class TicketVerb(CatalogView):
    """One verb of the transition table on a ticket."""

    @extend_schema(operation_id="catalog_ticket_verb", request=VerbInput, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, number: str, verb: str) -> Response:
        """Accept, mend, verify, return or waive."""
        if verb not in services.VERBS:
            raise NotFound(_("There is no such act."))
        if (given := self.once(request)) is not None:
            return given
        ticket = fetch(selectors.tickets(self.actor), number=number)
        reason = self.checked(VerbInput(data=request.data))["reason"]
        return Response(ticket_answer(services.move_ticket(self.actor, ticket=ticket, verb=verb, reason=reason)))
