"""The promised update cycle of a resource against its versions."""

from datetime import date

from django.conf import settings
from django.db.models import Case, CharField, Q, QuerySet, Value, When
from django.utils import timezone

from catalog.data.quality import Timeliness, timeliness
from catalog.models import QualityStanding, Resource

OVERDUE = "overdue"


def timeliness_of(resource: Resource, *, with_new: bool = False) -> Timeliness:
    """Measure a resource's versions against its update cycle; ``with_new`` counts a version made today (1 query)."""
    today = timezone.localdate()
    days = [timezone.localdate(made) for made in resource.versions.values_list("created_at", flat=True)]
    if with_new:
        days.append(today)
    return timeliness(resource.update_cycle, days, today, grace=settings.QUALITY_GRACE_DAYS)


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
