"""The shape of sharing's input and answers; what input means is checked by the services."""

from datetime import date
from typing import Any

from rest_framework import serializers

from portal.api.shapes import Input
from sharing.models import METHODS, Grant, Request

_LONG = 4000


class ConditionInput(Input):
    """One condition on rows."""

    item = serializers.CharField(max_length=63)
    op = serializers.CharField(max_length=10)
    value = serializers.JSONField()


class RequestInput(Input):
    """What may be said of a request; every part may be left out of a draft."""

    title = serializers.CharField(max_length=200, required=False, allow_blank=True)
    items = serializers.ListField(child=serializers.CharField(max_length=63), required=False, max_length=1000)
    legal_basis = serializers.CharField(max_length=_LONG, required=False, allow_blank=True)
    use_scenario = serializers.CharField(max_length=_LONG, required=False, allow_blank=True)
    scope = serializers.CharField(max_length=_LONG, required=False, allow_blank=True)
    rows = ConditionInput(many=True, required=False)
    method = serializers.ChoiceField(choices=METHODS, required=False)
    valid_until = serializers.DateField(required=False, allow_null=True)


class NewRequestInput(RequestInput):
    """A new request names its resource by code, with ``~`` or ``/`` between the parts."""

    resource = serializers.CharField(max_length=64)
    department = serializers.IntegerField(required=False)


class RequestVerbInput(Input):
    """What goes with a verb: the reason; for ``approve`` the items kept; for ``extend`` the working days."""

    reason = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")
    items = serializers.ListField(child=serializers.CharField(max_length=63), required=False, max_length=1000)
    working_days = serializers.IntegerField(required=False)


def _iso(value: date | None) -> str | None:
    """Write a day or a moment as text: answers are kept as JSON under an Idempotency-Key."""
    return value.isoformat() if value else None


def request_answer(request: Request, verbs: list[str] | None = None) -> dict[str, Any]:
    """Represent a request; ``verbs`` are those the caller may use on it now."""
    grant = getattr(request, "grant", None)
    answer = {
        "number": request.number,
        "state": request.state,
        "resource": request.resource.code.replace("/", "~"),
        "requester": request.requester.name_zh,
        "provider": request.provider.name_zh,
        "title": request.title,
        "items": request.items,
        "granted_items": request.granted_items,
        "legal_basis": request.legal_basis,
        "use_scenario": request.use_scenario,
        "scope": request.scope,
        "rows": request.rows,
        "method": request.method,
        "valid_until": _iso(request.valid_until),
        "decided_reason": request.decided_reason,
        "due_on": _iso(getattr(request, "due_on", None)),
        "grant": grant.number if grant is not None else None,
        "updated_at": _iso(request.updated_at),
    }
    return answer if verbs is None else {**answer, "verbs": verbs}


def grant_answer(grant: Grant) -> dict[str, Any]:
    """Represent a grant, with its plan and where its rows are."""
    return {
        "number": grant.number,
        "state": grant.standing_state,
        "request": grant.request.number,
        "resource": grant.resource.code.replace("/", "~"),
        "grantee": grant.grantee.name_zh,
        "provider": grant.provider.name_zh,
        "purpose": grant.purpose,
        "method": grant.method,
        "valid_from": _iso(grant.valid_from),
        "valid_until": _iso(grant.valid_until),
        "plan": grant.plan,
        "plan_hash": grant.plan_hash,
        "rows_url": f"/api/v1/sharing/grants/{grant.number}/rows",
    }
