"""The promised update cycle of a resource against its versions."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db.models import Case, CharField, Q, QuerySet, Value, When
from django.utils import timezone

from catalog.data.quality import Timeliness, due_after, timeliness
from catalog.data.quality.timeliness import WORKING_DAILY
from catalog.models import QualityStanding, Resource
from portal.workflow.deadlines import calendar

OVERDUE = "overdue"
_CALENDAR_SECONDS = 60


def timeliness_of(resource: Resource, *, with_new: bool = False) -> Timeliness:
    """Measure a resource's versions against its update cycle; ``with_new`` counts a version made today (1 query)."""
    today = timezone.localdate()
    days = [timezone.localdate(made) for made in resource.versions.values_list("created_at", flat=True)]
    if with_new:
        days.append(today)
    cycle = resource.update_cycle
    return timeliness(cycle, days, today, grace=settings.QUALITY_GRACE_DAYS, calendar=_calendar(cycle))


def _calendar(cycle: int | None) -> Mapping[date, bool]:
    """Return the days that override the working calendar, a minute old at most: a list of many resources asks once."""
    if cycle != WORKING_DAILY:
        return {}
    return cache.get_or_set("catalog:calendar", calendar, _CALENDAR_SECONDS) or {}


def next_due(cycle: int | None, day: date) -> date | None:
    """Return the day by which data that follows those of ``day`` is promised: the one answer for every page."""
    return due_after(cycle, day, grace=settings.QUALITY_GRACE_DAYS, calendar=_calendar(cycle))


def promise_of(resource: Resource) -> dict[str, Any]:
    """Return what a page says of the promised update: ``next_due``, and ``is_overdue`` (no query of its own)."""
    version = resource.current_version
    due_on = next_due(resource.update_cycle, timezone.localdate(version.created_at)) if version else None
    return {"next_due": due_on, "is_overdue": due_on is not None and due_on < timezone.localdate()}


def overdue(path: str = "", today: date | None = None) -> Q:
    """Say in a query that the promised update has not come; ``path`` leads to the resource."""
    return Q(**{f"{path}quality__due_on__lt": today or timezone.localdate()})


def with_lateness(resources: QuerySet[Resource]) -> QuerySet[Resource]:
    """Annotate resources with ``lateness``: ``OVERDUE`` where the promised update has not come, else empty."""
    late = Case(When(overdue(), then=Value(OVERDUE)), default=Value(""), output_field=CharField())
    return resources.annotate(lateness=late)


def is_overdue(standing: QualityStanding | None) -> bool:
    """Say of one resource what ``overdue`` says of many."""
    return standing is not None and standing.due_on is not None and standing.due_on < timezone.localdate()
