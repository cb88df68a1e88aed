"""What of sharing hangs on a resource of the catalogue: requests on their way, grants, and how much these were used."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext_lazy as _

from catalog.data.plan import DeliveryPlan
from catalog.models import Resource
from catalog.selectors.dependents import Dependent, Use
from sharing.models import Grant, GrantUse, Request
from sharing.workflow import GRANTS

#: States of a request that is on its way: it has left its department and is not decided for good.
_ON_ITS_WAY = frozenset({"with_provider", "returned", "approved"})
_STANDING = frozenset({"active", "suspended"})


def dependents_among(resources: Collection[Resource]) -> Iterator[tuple[int, Dependent]]:
    """Yield the requests on their way and every grant on ``resources`` (2 queries)."""
    waiting = Request.objects.filter(resource__in=resources, state__in=_ON_ITS_WAY).select_related("requester__region")
    for request in waiting:
        yield request.resource_id, _of_request(request)
    for grant in Grant.objects.filter(resource__in=resources).select_related("grantee__region"):
        yield grant.resource_id, _of_grant(grant)


def _of_request(request: Request) -> Dependent:
    return Dependent(
        kind="request",
        kind_label=_("Request"),
        number=request.number,
        label=request.title or request.number,
        url=f"/sharing/requests/{request.number}/",
        state=request.state,
        state_label=request.get_state_display(),
        department=request.requester,
        columns=dict.fromkeys(request.items, "pass"),
    )


def _of_grant(grant: Grant) -> Dependent:
    state = grant.standing_state
    return Dependent(
        kind="grant",
        kind_label=_("Grant"),
        number=grant.number,
        label=grant.purpose,
        url=f"/sharing/grants/{grant.number}/",
        state=state,
        state_label=GRANTS.states[state],
        department=grant.grantee,
        columns={column["name"]: column["op"] for column in grant.plan["columns"]},
        stands=state in _STANDING,
        since=grant.valid_from,
    )


def uses_since(resource_ids: Collection[int], since: date) -> Mapping[int, Use]:
    """Return active grants, the departments they serve and the rows delivered since a day (2 queries)."""
    active = Q(state="active")
    grants = (
        Grant.objects.filter(active, resource_id__in=resource_ids)
        .order_by()
        .values("resource_id")
        .annotate(grants=Count("pk"), departments=Count("grantee_id", distinct=True))
    )
    rows = (
        GrantUse.objects.filter(grant__resource_id__in=resource_ids, at__date__gte=since)
        .order_by()
        .values("grant__resource_id")
        .annotate(rows=Sum("row_count", default=0))
    )
    found = {row["resource_id"]: Use(grants=row["grants"], departments=row["departments"]) for row in grants}
    for row in rows:
        pk = row["grant__resource_id"]
        found[pk] = found.get(pk, Use()) + Use(rows=row["rows"])
    return found


def plans_asked(resource_ids: Collection[int]) -> Iterator[tuple[int, DeliveryPlan]]:
    """Yield the plans of active grants by service interface: rows under them are asked for at any time (1 query)."""
    found = Grant.objects.filter(resource_id__in=resource_ids, state="active", method="interface")
    for resource_id, plan in found.values_list("resource_id", "plan"):
        yield resource_id, DeliveryPlan.from_json(plan)
