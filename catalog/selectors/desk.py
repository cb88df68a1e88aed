"""What of the catalogue waits on the desk of an official."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models import Resource
from catalog.policies import decide_work
from catalog.selectors.clocks import clocks_of
from catalog.selectors.quality.tickets import ticket_tasks
from catalog.selectors.resources import listed
from portal.kernel.actors import Actor, Duty
from portal.kernel.errors import Text
from portal.web.bilingual import text_of
from portal.workflow.deadlines import calendar, days_left
from portal.workflow.desk import Task

_KIND = _("Catalog")
_HOLDERS: dict[str, Text] = {
    "submitted": _("head of the data-sharing office"),
    "in_review": _("data authority"),
}
_DRAFTS = ("draft", "returned")
_MOST = 200


def _waiting(actor: Actor, path: str) -> Q:
    """Return what the actor's duties ask for: consent, review, or changes; ``path`` leads to what is in hand."""
    consent = Q(**{f"{path}state": "submitted"}, provider_id__in=actor.departments(Duty.OFFICE_HEAD))
    review = Q(**{f"{path}state": "in_review"}, provider__region_id__in=actor.coordinated_regions)
    changes = Q(**{f"{path}state": "returned"}, provider_id__in=actor.departments(Duty.DATA_OFFICER))
    return ((consent | review) & ~Q(**{f"{path}submitted_by_id": actor.user_id})) | changes


def _started(actor: Actor, path: str) -> Q:
    mine = Q(**{f"{path}state": "draft", f"{path}created_by_id": actor.user_id})
    return mine | Q(**{f"{path}state__in": ("submitted", "in_review"), f"{path}submitted_by_id": actor.user_id})


def _in_hand(actor: Actor) -> Q:
    """Return what waits for the actor or was started by her: resources, and amendments beside published ones."""
    return Q(*(ask(actor, path) for ask in (_waiting, _started) for path in ("", "amendment__")), _connector=Q.OR)


def tasks_for(actor: Actor) -> list[Task]:
    """Return what waits for the actor and what she started, the most urgent first (6 queries)."""
    if not actor.is_official:
        return []
    found = list(listed(Resource.objects.filter(_in_hand(actor))).order_by("updated_at")[:_MOST])
    clocks, days = clocks_of(found), calendar() if found else {}
    tasks = []
    for resource in found:
        clock = clocks.get(resource.pk)
        work = resource.amendment or resource
        is_todo = _is_todo(actor, resource)
        tasks.append(
            Task(
                group="todo" if is_todo else "started",
                number=resource.code,
                title=text_of(resource, "title"),
                url=_url(resource, is_todo=is_todo),
                kind=_KIND,
                state=work.state,
                state_label=work.get_state_display(),
                since=work.submitted_at or work.updated_at,
                holder=_HOLDERS.get(work.state, ""),
                due_on=clock.due_on if clock else None,
                days_left=days_left(clock, days) if clock else None,
            )
        )
    tasks += ticket_tasks(actor)
    return sorted(tasks, key=lambda task: (task.due_on is None, task.due_on or task.since.date()))


def _is_todo(actor: Actor, resource: Resource) -> bool:
    state = (resource.amendment or resource).state
    verb = {"submitted": "approve", "in_review": "publish", "returned": "submit"}.get(state)
    return verb is not None and bool(decide_work(actor, verb, resource))


def _url(resource: Resource, *, is_todo: bool) -> str:
    if (resource.amendment or resource).state in _DRAFTS:
        return f"{resource.get_absolute_url()}edit/"
    return f"{resource.get_absolute_url()}review/" if is_todo else resource.get_absolute_url()
