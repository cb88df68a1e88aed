"""What waits for an actor in sharing, in the shape the desk shows."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.kernel.actors import Actor
from portal.kernel.errors import Text
from portal.web.bilingual import text_of
from portal.workflow.deadlines import calendar, days_left, deadlines_of
from portal.workflow.desk import Task
from portal.workflow.models import Deadline
from sharing.models import Request
from sharing.selectors.content import name_of
from sharing.selectors.corrections import task_of, tasks_of_corrections
from sharing.selectors.requests import requests

_LONGEST = 200
_RUNNING = ("consent_pending", "with_provider", "approved")


def tasks_for(actor: Actor) -> list[Task]:
    """Return the actor's tasks: ``todo`` what waits for her act, ``started`` what she asked for or reported.

    Late first; at most 200 of each group of requests and of corrections (5 queries).
    """
    if not actor.is_official:
        return []
    todo = list(requests(actor, waiting=True)[:_LONGEST])
    mine = Q(applicant=actor.user_id, state__in=_RUNNING)
    started = list(requests(actor).filter(mine)[:_LONGEST])
    clocks = deadlines_of([*todo, *started])
    reported = tasks_of_corrections(actor)
    days = calendar() if clocks or reported else {}

    def task(group: str, request: Request) -> Task:
        clock: Deadline | None = clocks.get(str(request.pk))
        return Task(
            group=group,
            number=request.number,
            title=request.title or text_of(request.resource, "title"),
            url=reverse("sharing:request", args=[request.number]),
            kind=_("Request for data"),
            state=request.state,
            state_label=request.get_state_display(),
            since=request.updated_at,
            holder=holder_of(request),
            due_on=clock.due_on if clock else None,
            days_left=days_left(clock, days) if clock else None,
        )

    asked = [task("todo", request) for request in todo] + [task("started", request) for request in started]
    return asked + [task_of(actor, correction, days) for correction in reported]


def holder_of(request: Request) -> Text:
    """Say who holds a request now: the department whose turn it is, or the system; empty when it is over."""
    if request.state in {"draft", "returned", "consent_pending"}:
        return name_of(request.requester)
    if request.state == "with_provider":
        return name_of(request.provider)
    return _("Songhua") if request.state == "approved" else ""
