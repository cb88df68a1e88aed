"""Reads on grants: lists, and all that one grant's page shows."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from catalog.models import Item
from portal.audit.selectors import TimelineEntry, timeline
from portal.kernel.actors import Actor
from sharing import policies
from sharing.models import Delivery, Grant, GrantUse
from sharing.selectors.content import rows_in_words

USES_SHOWN = 20


def grants(actor: Actor, *, state: str = "", side: str = "") -> QuerySet[Grant]:
    """Return the grants an actor may see, newest first; ``side`` is ``held`` or ``given``, ``state`` as of today."""
    found = Grant.objects.filter(policies.visible_grants(actor)).select_related(
        "resource", "grantee", "provider", "request"
    )
    if side == "held":
        found = found.filter(grantee__in=actor.departments())
    if side == "given":
        found = found.exclude(grantee__in=actor.departments())
    is_over = Q(state__in=("active", "suspended"), valid_until__lt=timezone.localdate())
    if state == "expired":
        return found.filter(is_over | Q(state="expired"))
    return found.filter(state=state).exclude(is_over) if state else found


def uses_of(grant: Grant) -> QuerySet[GrantUse]:
    """Return the ledger of a grant, newest first. The caller has checked that it may be seen."""
    return grant.uses.select_related("version")


@dataclass(frozen=True, kw_only=True)
class GrantedItem:
    """One granted item: the catalog's item (None when it is gone), its column name and what is done to its values."""

    item: Item | None
    code: str
    op: str
    gives: bool


@dataclass(frozen=True, kw_only=True)
class GrantPage:
    """Everything the page of one grant shows."""

    grant: Grant
    items: list[GrantedItem]
    rows: list[str]
    deliveries: list[Delivery]
    uses: list[GrantUse]
    timeline: list[TimelineEntry]


def grant_page(grant: Grant) -> GrantPage:
    """Gather the page of a grant fetched by ``fetch_grant`` (3 queries)."""
    items = list(grant.resource.items.all())
    return GrantPage(
        grant=grant,
        items=_granted(grant.plan, items),
        rows=rows_in_words(_conditions(grant.plan), items),
        deliveries=list(grant.deliveries.select_related("version")),
        uses=list(uses_of(grant)[:USES_SHOWN]),
        timeline=[entry for entry in timeline(grant) if entry.action.startswith("sharing.")],
    )


def _granted(plan: dict[str, Any], items: list[Item]) -> list[GrantedItem]:
    by_code = {item.code: item for item in items}
    found = []
    for column in plan["columns"]:
        item = by_code.get(column["name"])
        op = column["op"] if column["op"] != "pass" or item is None else (item.mask or {}).get("op", "pass")
        found.append(
            GrantedItem(item=item, code=column["name"], op=op, gives=item is not None and policies.shareable(item))
        )
    return found


def _conditions(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"item": name, "op": op, "value": value} for name, op, value in plan.get("where", {}).get("and", [])]
