"""How complete each department's part of the catalogue is."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from catalog.models import Item, Resource
from portal.accounts.models import Department
from portal.kernel.actors import Actor
from portal.kernel.errors import Text

#: What a complete description has beyond what submitting asks for; each lowers the share by the same weight.
WANTED: dict[str, Text] = {
    "no_english": _("without a name or abstract in English"),
    "no_theme": _("without a theme"),
    "no_keywords": _("without keywords"),
    "no_meaning": _("with items whose meaning is not said"),
    "no_data": _("without data"),
}
_MISSING: dict[str, Q] = {
    "no_english": Q(title_en="") | Q(abstract_en=""),
    "no_theme": Q(theme=None),
    "no_keywords": Q(keywords=[]),
    "no_meaning": Q(has_bare_item=True),
    "no_data": Q(current_version=None),
}


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a department published, what is in hand, how many published ones miss what."""

    department: Department
    published: int
    drafts: int
    amendments: int
    missing: dict[str, int]

    @property
    def share(self) -> int | None:
        """Percent of the wanted that is there; None without anything published."""
        wanted = self.published * len(WANTED)
        return round(100 * (wanted - sum(self.missing.values())) / wanted) if wanted else None


def reported_departments(actor: Actor) -> QuerySet[Department]:
    """Return the departments whose report the actor may see: her own, and those of the regions she coordinates."""
    return Department.objects.filter(Q(pk__in=actor.departments()) | Q(region_id__in=actor.coordinated_regions))


def coverage(actor: Actor) -> list[Coverage]:
    """Return the report of each department, the least complete first (2 queries)."""
    bare = Item.objects.filter(resource=OuterRef("pk"), description="")
    found = Resource.objects.filter(provider__in=reported_departments(actor)).annotate(has_bare_item=Exists(bare))
    published = Q(state="published")
    counts: dict[int, dict[str, Any]] = {
        row["provider_id"]: dict(row)
        for row in found.order_by()
        .values("provider_id")
        .annotate(
            published=Count("pk", filter=published),
            drafts=Count("pk", filter=Q(state__in=("draft", "returned", "submitted", "in_review"))),
            amended=Count("amendment_id"),
            **{name: Count("pk", filter=published & asked) for name, asked in _MISSING.items()},
        )
    }
    departments = reported_departments(actor).select_related("region").filter(pk__in=list(counts))
    lines = [_line(department, counts[department.pk]) for department in departments]
    return sorted(lines, key=lambda line: (line.share is None, line.share or 0, line.department.name_zh))


def _line(department: Department, row: dict[str, Any]) -> Coverage:
    missing = {name: row[name] for name in WANTED}
    return Coverage(department, row["published"], row["drafts"], row["amended"], missing)


def coverage_rows(lines: Iterable[Coverage]) -> Iterator[list[str]]:
    """Yield a header and a row for each department."""
    head = (
        _("Department"),
        _("Region"),
        _("Published"),
        _("Drafts"),
        _("Amendments"),
        *WANTED.values(),
        _("Percent complete"),
    )
    yield [str(text) for text in (*head, *WANTED.values(), _("Percent complete"))]
    for line in lines:
        share = "" if line.share is None else line.share
        numbers = (line.published, line.drafts, line.amendments, *line.missing.values(), share)
        yield [line.department.name_zh, line.department.region.name_zh, *(str(number) for number in numbers)]
