"""Departments side by side: how good the data of each is, how much of it is late, how many tickets are open."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Avg, Count, Q, QuerySet
from django.utils.translation import gettext as _

from catalog.models import QualityTicket, Resource
from catalog.policies import visible
from catalog.selectors.quality.tickets import OPEN_STATES
from catalog.selectors.quality.timeliness import overdue
from portal.accounts.models import Department
from portal.kernel.actors import Actor

SORTS = ("score", "-score", "resources", "-resources", "overdue", "-overdue", "tickets", "-tickets", "poor", "-poor")


@dataclass(frozen=True, kw_only=True)
class DepartmentLine:
    """A department: resources in the catalogue with a score, their mean, how many are poor, late, under a ticket."""

    department: Department
    resources: int
    score: float | None
    poor: int
    overdue: int
    tickets: int


def _compared(actor: Actor) -> QuerySet[Resource]:
    """The resources that count: published ones the reader may see."""
    return Resource.objects.filter(visible(actor), published_at__isnull=False).exclude(
        state__in=("suspended", "retired")
    )


def department_lines(actor: Actor, sort: str = "-score") -> list[DepartmentLine]:
    """Return the departments with data that was checked, sorted by a column of the line (3 queries)."""
    found = (
        _compared(actor)
        .values("provider")
        .annotate(
            resources=Count("pk"),
            mean=Avg("quality__score"),
            poor=Count("pk", filter=Q(quality__grade="poor")),
            late=Count("pk", filter=overdue()),
        )
        .order_by("provider")
    )
    open_tickets = dict(
        QualityTicket.objects.filter(state__in=OPEN_STATES, resource__in=_compared(actor))
        .values_list("resource__provider")
        .annotate(Count("pk"))
        .order_by("resource__provider")
    )
    known = Department.objects.select_related("region").in_bulk([row["provider"] for row in found])
    lines = [
        DepartmentLine(
            department=known[row["provider"]],
            resources=row["resources"],
            score=row["mean"],
            poor=row["poor"],
            overdue=row["late"],
            tickets=open_tickets.get(row["provider"], 0),
        )
        for row in found
    ]
    return _sorted(lines, sort if sort in SORTS else "-score")


def _sorted(lines: list[DepartmentLine], sort: str) -> list[DepartmentLine]:
    """Sort by one column; a department without a score comes last either way."""
    name, sign = sort.removeprefix("-"), -1 if sort.startswith("-") else 1

    def place(line: DepartmentLine) -> tuple[bool, float, str]:
        value = getattr(line, name)
        return value is None, sign * (value or 0), line.department.name_zh

    return sorted(lines, key=place)


def comparison_rows(lines: Iterable[DepartmentLine]) -> Iterator[list[object]]:
    """Give the comparison as rows of a file, its head first."""
    yield [
        _("USCC"), _("Department"), _("Region"), _("Resources"), _("Mean score"),
        _("Poor"), _("Overdue"), _("Open tickets"),
    ]  # fmt: skip
    for line in lines:
        one = line.department
        score = "" if line.score is None else round(line.score, 2)
        yield [one.uscc, one.name_zh, one.region.name_zh, line.resources, score, line.poor, line.overdue, line.tickets]
