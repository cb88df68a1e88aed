"""Loads sharing requests: each goes as far as the data says, moved by the persons whose duty it is."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from catalog.models import Resource
from portal.demonstration.loading import Tell
from portal.demonstration.loading.cast import LOADER, Cast
from portal.demonstration.loading.wording import METHODS, both
from portal.demonstration.records import records
from portal.kernel.actors import Actor, Duty
from sharing import services
from sharing.models import Grant, Request

_DAYS_OF_A_MONTH = 30


class _Case:
    """One request with the persons who move it."""

    def __init__(self, cast: Cast, row: dict[str, Any], resource: Resource, provider: str) -> None:
        requester = next(p["department"] for p in records("people") if p["username"] == row["requester"])
        self.row = row
        self.resource = resource
        self.officer = cast.actor(row["requester"])
        self.head = cast.holder(Duty.OFFICE_HEAD, requester)
        self.provider = cast.holder(Duty.DATA_OFFICER, provider)
        self.coordinator = cast.coordinator
        self.provider_slug = provider
        self.reason = both(row, "reason")

    def draft(self) -> Request:
        """Write the draft; one that expires is good for today alone."""
        months = 0 if self.row["outcome"] == "expired" else self.row["months"]
        until: date = timezone.localdate() + timedelta(days=months * _DAYS_OF_A_MONTH)
        return services.draft_request(
            self.officer,
            resource=self.resource,
            title=both(self.row, "purpose", " / "),
            items=self.row["items"],
            legal_basis=both(self.row, "basis"),
            use_scenario=both(self.row, "scenario"),
            scope=both(self.row, "scope"),
            rows=self.row["rows"],
            method=METHODS[self.row["method"]],
            valid_until=until,
        )

    def submitted(self) -> Request:
        """Draft and submit to the head of the own office."""
        return services.submit(self.officer, request=self.draft())

    def sent(self) -> Request:
        """Let the head consent; a wholly unconditional request is approved thereby."""
        return services.consent(self.head, request=self.submitted())

    def approved(self) -> Request:
        """Let the provider approve what the law did not approve already."""
        request = self.sent()
        return request if request.state == "approved" else services.approve(self.provider, request=request)

    def granted(self) -> Grant:
        """Open the grant, as the worker does."""
        return services.open_grant(LOADER, request=self.approved())


def _withdraw(case: _Case) -> None:
    services.withdraw(case.officer, request=case.submitted(), reason=case.reason)


def _return(case: _Case) -> None:
    services.return_(case.provider, request=case.sent(), reason=case.reason)


def _refuse(case: _Case) -> None:
    services.refuse(case.provider, request=case.sent(), reason=case.reason)


def _extend(case: _Case) -> None:
    services.extend(case.coordinator(case.provider_slug), request=case.sent(), reason=case.reason)


def _suspend(case: _Case) -> None:
    services.suspend_grant(case.provider, grant=case.granted(), reason=case.reason)


def _expire(case: _Case) -> None:
    grant = case.granted()
    services.expire_grants(LOADER, today=grant.valid_until + timedelta(days=1))


_OUTCOMES: dict[str, Callable[[_Case], object]] = {
    "draft": _Case.draft,
    "awaiting_consent": _Case.submitted,
    "submitted": _Case.sent,
    "approved": _Case.approved,
    "granted": _Case.granted,
    "withdrawn": _withdraw,
    "returned": _return,
    "refused": _refuse,
    "extended": _extend,
    "suspended": _suspend,
    "expired": _expire,
}


def _provider_of(slug: str) -> str:
    return str(next(row["department"] for row in records("resources") if row["slug"] == slug))


def _is_there(case: _Case, actor: Actor) -> bool:
    return Request.objects.filter(
        resource=case.resource, applicant_id=actor.user_id, title=both(case.row, "purpose", " / ")
    ).exists()


def load_requests(cast: Cast, resources: dict[str, Resource], tell: Tell) -> None:
    """Bring in those requests that are not there yet, each whole or not at all."""
    for row in records("requests"):
        case = _Case(cast, row, resources[row["resource"]], _provider_of(row["resource"]))
        if not _is_there(case, case.officer):
            with transaction.atomic():
                _OUTCOMES[row["outcome"]](case)
    tell(f"{len(records('requests'))} requests for data, in every state")
