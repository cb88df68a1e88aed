"""What of sharing goes with resources that another department takes over."""

from collections.abc import Collection, Iterator

from django.utils.translation import gettext_lazy as _

from catalog.selectors.handovers import Companion
from sharing.models import Correction, Grant, Request
from sharing.workflow import CORRECTIONS, GRANTS, REQUESTS

_NOT_SENT = frozenset({"draft", "consent_pending"})


def companions(resource_ids: Collection[int], taker_id: int) -> Iterator[Companion]:
    """Yield requests in progress, standing grants and open corrections (3 queries).

    Nobody may ask or answer itself, so the taker's own requests and corrections hold.

    What has not left its department is named only where it is the taker's.
    """
    for request in Request.objects.filter(resource_id__in=resource_ids).exclude(state__in=REQUESTS.final):
        is_own = request.requester_id == taker_id
        if is_own or request.state not in _NOT_SENT:
            yield Companion(
                resource_id=request.resource_id,
                kind=_("Request in progress"),
                number=request.number,
                url=f"/sharing/requests/{request.number}/",
                department=request.requester_id,
                obstacle=_("The taking department asks for it itself; that request is to be ended first.")
                if is_own
                else "",
            )
    for grant in Grant.objects.filter(resource_id__in=resource_ids).exclude(state__in=GRANTS.final):
        yield Companion(
            resource_id=grant.resource_id,
            kind=_("Grant"),
            number=grant.number,
            url=f"/sharing/grants/{grant.number}/",
            department=grant.grantee_id,
        )
    for correction in Correction.objects.filter(resource_id__in=resource_ids).exclude(state__in=CORRECTIONS.final):
        is_own = correction.department_id == taker_id
        yield Companion(
            resource_id=correction.resource_id,
            kind=_("Correction"),
            number=correction.number,
            url=correction.get_absolute_url(),
            department=correction.department_id,
            obstacle=_("The taking department reported it itself; that correction is to be ended first.")
            if is_own
            else "",
        )
