"""The standing of a resource: the report of its current version and the day its next update is due; overdue ones."""

from django.db.models import QuerySet
from django.utils import timezone

from catalog.models import QualityStanding, QualityTicket, Resource
from catalog.selectors.quality import current_report, overdue, timeliness_of
from catalog.services.quality.tickets import raise_ticket
from catalog.workflow import TICKETS
from portal.kernel.actors import Actor

_SWEPT = 1000


def refresh_standing(resource: Resource) -> QualityStanding:
    """Write how a resource stands now. Safe to repeat."""
    report, measured = current_report(resource), timeliness_of(resource)
    standing, _made = QualityStanding.objects.update_or_create(
        resource=resource,
        defaults={
            "report": report,
            "score": report.score if report else None,
            "grade": report.grade if report else "",
            "due_on": measured.due_on,
        },
    )
    return standing


def sweep_quality(actor: Actor) -> dict[str, int]:
    """Open tickets for published resources whose promised update has not come; once a day, safe to repeat.

    The working day plays no part here: a cycle is promised in calendar time. Writes tickets; gives how many are late.
    """
    late = (
        Resource.objects.filter(overdue(), published_at__isnull=False)
        .exclude(state__in=("suspended", "retired"))
        .exclude(quality_tickets__in=_open_overdue())
        .select_related("provider", "current_version", "quality")
        .order_by("quality__due_on")[:_SWEPT]
    )
    today, opened = timezone.localdate(), 0
    for resource in late:
        due_on = resource.quality.due_on or today
        facts = {"due_on": due_on.isoformat(), "days_late": (today - due_on).days}
        opened += raise_ticket(actor, resource=resource, cause="overdue", facts=facts) is not None
    return {"opened": opened}


def _open_overdue() -> QuerySet[QualityTicket]:
    return QualityTicket.objects.filter(cause="overdue").exclude(state__in=TICKETS.final)
