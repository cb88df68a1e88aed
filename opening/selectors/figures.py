"""Figures on open data: for the home page, departments, themes and single editions."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Count, F, Max, Q, QuerySet, Sum
from django.utils import timezone

from catalog.models import Category
from opening.models import EditionCount, Publication
from opening.policies import open_to_all
from opening.selectors.freshness import late_after
from portal.accounts.models import Department

KEPT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Figures:
    """The open side of the site in five numbers."""

    datasets: int
    organizations: int
    rows: int
    downloads: int
    calls: int


@dataclass(frozen=True, slots=True)
class OrganizationFigures:
    """A department's open data in numbers; ``on_time`` is a share from 0 to 1, None where nothing has a cycle."""

    datasets: int
    rows: int
    on_time: float | None
    downloads: int


def public_figures() -> Figures:
    """Return the figures of the home page (2 queries, kept for a minute)."""
    found: Figures | None = cache.get("opening-figures")
    if found is None:
        found = _public_figures()
        cache.set("opening-figures", found, KEPT_SECONDS)
    return found


def _public_figures() -> Figures:
    total = Publication.objects.filter(open_to_all()).aggregate(
        datasets=Count("pk"),
        organizations=Count("resource__provider", distinct=True),
        rows=Sum("resource__current_version__row_count", default=0),
    )
    uses = {row["kind"]: row["n"] for row in EditionCount.objects.values("kind").annotate(n=Sum("count"))}
    return Figures(**total, downloads=uses.get("download", 0), calls=uses.get("call", 0))


def uses_of(publication: Publication) -> dict[str, int]:
    """Return how often an edition was viewed, downloaded and called (1 query)."""
    rows = EditionCount.objects.filter(publication=publication).order_by().values_list("kind").annotate(n=Sum("count"))
    return {"view": 0, "download": 0, "call": 0, **dict(rows)}


def latest_editions(count: int = 5) -> list[Publication]:
    """Return the editions whose data was renewed last (1 query)."""
    return list(
        Publication.objects.filter(open_to_all())
        .select_related("resource__provider", "resource__current_version", "resource__theme")
        .order_by(F("resource__current_version__created_at").desc(nulls_last=True), "-published_at", "name")[:count]
    )


def themes_with_counts() -> QuerySet[Category]:
    """Return the themes in their order with ``datasets``, the number of open editions of each (1 query)."""
    open_ones = Publication.objects.filter(open_to_all()).values("pk")
    return (
        Category.objects.filter(kind=2, parent=None)
        .annotate(
            datasets=Count(
                "themed_resources__publications", filter=Q(themed_resources__publications__in=open_ones), distinct=True
            )
        )
        .order_by("code")
    )


def organizations_with_counts() -> QuerySet[Department]:
    """Return the departments that opened something, with ``datasets`` and ``updated_at`` of the newest (1 query)."""
    open_ones = Publication.objects.filter(open_to_all()).values("pk")
    return (
        Department.objects.filter(is_active=True)
        .annotate(
            datasets=Count("resources__publications", filter=Q(resources__publications__in=open_ones), distinct=True),
            updated_at=Max("resources__current_version__created_at", filter=Q(resources__publications__in=open_ones)),
        )
        .filter(datasets__gt=0)
        .select_related("region")
        .order_by("region_id", "-datasets", "name_zh")
    )


def organization_figures(department: Department) -> OrganizationFigures:
    """Return the figures of a department's public page (2 queries)."""
    rows = Publication.objects.filter(open_to_all(), resource__provider=department).values_list(
        "resource__update_cycle", "resource__current_version__created_at", "resource__current_version__row_count"
    )
    found = list(rows)
    downloads = EditionCount.objects.filter(kind="download", publication__resource__provider=department)
    return OrganizationFigures(
        datasets=len(found),
        rows=sum(row_count or 0 for _cycle, _made, row_count in found),
        on_time=_share_on_time((cycle, made) for cycle, made, _rows in found),
        downloads=downloads.aggregate(n=Sum("count", default=0))["n"],
    )


def _share_on_time(found: Iterable[tuple[int | None, object]]) -> float | None:
    now, on_time, total = timezone.now(), 0, 0
    for cycle, made in found:
        allowed = late_after(cycle or 0)
        if allowed is None or made is None:
            continue
        total += 1
        on_time += made + allowed >= now  # type: ignore[operator]  # created_at of a version
    return on_time / total if total else None
