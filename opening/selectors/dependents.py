"""What of opening hangs on a resource of the catalogue: its open editions, and how much the public took of them."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.data.plan import DeliveryPlan
from catalog.models import Resource
from catalog.selectors.dependents import Dependent, Use
from opening.models import EditionCount, Publication
from portal.web.bilingual import text_of

_OVER = frozenset({"withdrawn"})


def dependents_among(resources: Collection[Resource]) -> Iterator[tuple[int, Dependent]]:
    """Yield every open edition of ``resources``, those in preparation too (2 queries)."""
    for edition in Publication.objects.filter(resource__in=resources).prefetch_related("items"):
        columns = {column["name"]: column["op"] for column in edition.plan.get("columns", ())}
        dependent = Dependent(
            kind="edition",
            kind_label=_("Open edition"),
            number=edition.name,
            label=text_of(edition, "title"),
            url=f"/opening/publications/{edition.name}/",
            state=edition.state,
            state_label=edition.get_state_display(),
            department=None,
            columns=columns or dict.fromkeys((item.code for item in edition.items.all()), "pass"),
            stands=edition.state not in _OVER,
            since=timezone.localtime(edition.published_at).date() if edition.published_at else None,
        )
        yield edition.resource_id, dependent


def uses_since(resource_ids: Collection[int], since: date) -> Mapping[int, Use]:
    """Return the public's downloads and API calls since a day (1 query); who they were is not known."""
    found = (
        EditionCount.objects.filter(
            publication__resource_id__in=resource_ids, day__gte=since, kind__in=("download", "call")
        )
        .order_by()
        .values("publication__resource_id")
        .annotate(n=Sum("count"))
    )
    return {row["publication__resource_id"]: Use(downloads=row["n"]) for row in found}


def plans_asked(resource_ids: Collection[int]) -> Iterator[tuple[int, DeliveryPlan]]:
    """Yield the plans of published editions: rows under them are asked for at any time (1 query)."""
    found = Publication.objects.filter(resource_id__in=resource_ids, state="published")
    for resource_id, plan in found.values_list("resource_id", "plan"):
        yield resource_id, DeliveryPlan.from_json(plan)
