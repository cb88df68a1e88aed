"""Figures on open data: for the home page, departments, themes and single editions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Sum

from catalog.models import Category
from opening.models import EditionCount, Publication
from opening.policies import open_to_all
from opening.selectors.freshness import is_on_time
from opening.selectors.kept import kept
from portal.accounts.models import Department, Region


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


@dataclass(frozen=True, slots=True)
class CountedTheme:
    """A theme with the number of its open editions."""

    slug: str
    name_zh: str
    name_en: str
    datasets: int


@dataclass(frozen=True, slots=True)
class CountedOrganization:
    """A department with the number of its open editions."""

    slug: str
    name_zh: str
    name_en: str
    region: Region
    datasets: int


def public_figures() -> Figures:
    """Return the figures of the home page (2 queries, at most a minute old)."""
    return kept("figures", None, _public_figures)


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
    """Return the editions whose data was renewed last (2 queries; which they are is at most a minute old)."""
    newest = (F("resource__current_version__created_at").desc(nulls_last=True), "-published_at", "name")
    found = Publication.objects.filter(open_to_all()).order_by(*newest)
    chosen = kept("latest", count, lambda: list(found.values_list("pk", flat=True)[:count]))
    return list(
        found.filter(pk__in=chosen).select_related("resource__provider", "resource__current_version", "resource__theme")
    )


def themes_with_counts() -> list[CountedTheme]:
    """Return the themes in their order, each with its number of open editions (2 queries, at most a minute old)."""
    return kept("themes", None, _themes)


def _themes() -> list[CountedTheme]:
    counts = _counts_by("resource__theme_id")
    themes = Category.objects.filter(kind=2, parent=None).order_by("code")
    return [CountedTheme(t.slug, t.name_zh, t.name_en, counts.get(t.pk, 0)) for t in themes]


def organizations_with_counts() -> list[CountedOrganization]:
    """Return the departments that opened something, by region, those with most first (2 queries, a minute old)."""
    return kept("organizations", None, _organizations)


def _organizations() -> list[CountedOrganization]:
    counts = _counts_by("resource__provider_id")
    departments = Department.objects.filter(is_active=True, pk__in=counts).select_related("region")
    found = [CountedOrganization(d.slug, d.name_zh, d.name_en, d.region, counts[d.pk]) for d in departments]
    return sorted(found, key=lambda one: (one.region.code, -one.datasets, one.name_zh))


def _counts_by(field: str) -> dict[Any, int]:
    rows = Publication.objects.filter(open_to_all()).order_by().values_list(field)
    return dict(rows.annotate(n=Count("pk")))


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


def _share_on_time(found: Iterable[tuple[int | None, datetime | None]]) -> float | None:
    kept = [answer for cycle, made in found if made and (answer := is_on_time(cycle, made)) is not None]
    return sum(kept) / len(kept) if kept else None
