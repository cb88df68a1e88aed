"""Rectification tickets: lists for those concerned, and what of them waits on the desk."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from catalog.models import QualityTicket, Resource
from catalog.policies.quality import decide_ticket, visible_tickets
from catalog.workflow import TICKETS
from portal.kernel.actors import Actor, Duty
from portal.web.bilingual import text_of
from portal.workflow.deadlines import calendar, days_left, deadlines_of
from portal.workflow.desk import Task

_KIND = _("Rectification of quality")
OPEN_STATES = tuple(state for state in TICKETS.states if state not in TICKETS.final)
_FOR_PROVIDER = ("open", "accepted", "returned")
_MOST = 200


def tickets(actor: Actor) -> QuerySet[QualityTicket]:
    """Return the tickets an actor may see, newest first."""
    found = QualityTicket.objects.filter(visible_tickets(actor))
    return found.select_related("resource__provider__region", "version", "closed_by_version", "opened_by")


def tickets_of(resource: Resource) -> QuerySet[QualityTicket]:
    """Return the open tickets of a resource."""
    return resource.quality_tickets.filter(state__in=OPEN_STATES)


def ticket_tasks(actor: Actor) -> list[Task]:
    """Return the tickets that wait for the actor to accept, mend, or confirm (3 queries)."""
    offices = actor.departments(Duty.DATA_OFFICER, Duty.OFFICE_HEAD)
    own = Q(state__in=_FOR_PROVIDER, resource__provider_id__in=offices)
    confirm = Q(state="mended", resource__provider__region_id__in=actor.coordinated_regions)
    if not offices and not actor.coordinated_regions:
        return []
    found = list(tickets(actor).filter(own | confirm).order_by("created_at")[:_MOST])
    clocks, days = deadlines_of(found), calendar() if found else {}
    return [
        Task(
            group="todo",
            number=ticket.number,
            title=text_of(ticket.resource, "title"),
            url=ticket.get_absolute_url(),
            kind=_KIND,
            state=ticket.state,
            state_label=ticket.get_state_display(),
            since=ticket.created_at,
            due_on=clock.due_on if (clock := clocks.get(str(ticket.pk))) else None,
            days_left=days_left(clock, days) if clock else None,
        )
        for ticket in found
        if any(decide_ticket(actor, verb, ticket) for verb in ("accept", "mend", "verify"))
    ]
