"""Reads of the working side: lists, tasks, and what may be opened of a resource."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from catalog.models import Item, Resource
from opening.models import DataLicense, Publication
from opening.policies import decide, manageable, openable_from, why_not_open
from opening.workflow import PUBLICATIONS
from portal.kernel.actors import Actor, Duty
from portal.kernel.errors import Text
from portal.web.bilingual import text_of
from portal.workflow.desk import Task
from portal.workflow.snapshots import Change, changes_since_last

_COMPARED = (
    "title_zh",
    "title_en",
    "summary_zh",
    "summary_en",
    "limits_zh",
    "limits_en",
    "source_note",
    "contact",
)


@dataclass(frozen=True, slots=True)
class Choice:
    """A data item as the form offers it: whether it may be opened, and if not, why."""

    item: Item
    is_offered: bool
    is_chosen: bool
    why_not: Text | None


def licenses() -> QuerySet[DataLicense]:
    """Return the licenses to choose from, in their order."""
    return DataLicense.objects.all()


def editions_to_manage(actor: Actor, *, state: str = "", words: str = "") -> QuerySet[Publication]:
    """Return the editions an official works with, the last changed first; ``words`` are looked for in names."""
    found = Publication.objects.filter(manageable(actor)).select_related("resource__provider", "license")
    if state:
        found = found.filter(state=state)
    if words:
        found = found.filter(Q(title_zh__icontains=words) | Q(title_en__icontains=words) | Q(name__icontains=words))
    return found.order_by("-updated_at", "name")


def resources_to_open(actor: Actor, *, words: str = "") -> QuerySet[Resource]:
    """Return the resources of which the actor may prepare an edition."""
    found = Resource.objects.filter(openable_from(actor)).select_related("provider", "current_version")
    if words:
        found = found.filter(Q(title_zh__icontains=words) | Q(title_en__icontains=words) | Q(code__icontains=words))
    return found.order_by("title_zh", "pk")


def choices_of(resource: Resource, publication: Publication | None = None) -> list[Choice]:
    """Return all items of a resource for the form; those that may not be opened carry the reason."""
    chosen = None if publication is None else set(publication.items.values_list("pk", flat=True))
    choices = []
    for item in resource.items.order_by("position", "id"):
        why_not = why_not_open(item)
        is_chosen = why_not is None if chosen is None else item.pk in chosen
        choices.append(Choice(item, is_offered=why_not is None, is_chosen=is_chosen, why_not=why_not))
    return choices


def content_of(publication: Publication) -> dict[str, Any]:
    """Return what an edition says, field by field, to be kept at each submission and compared at the next."""
    items = publication.items.order_by("position", "id").values_list("name_zh", flat=True)
    texts = {name: getattr(publication, name) for name in _COMPARED}
    return {
        **texts,
        "keywords": ", ".join(map(str, publication.keywords)),
        "items": ", ".join(items),
        "license": publication.license_id or "",
    }


def changes_of(publication: Publication) -> list[Change]:
    """Return what changed between the last two submissions, with the fields in words."""
    return [
        Change(str(Publication._meta.get_field(change.field).verbose_name), change.before, change.after)  # type: ignore[union-attr]  # own columns have names
        for change in changes_since_last(publication)
    ]


def tasks_for(actor: Actor) -> list[Task]:
    """Return what waits for the actor in opening, and what she submitted (1 query)."""
    if not actor.is_official:
        return []
    prepares = actor.departments(Duty.DATA_OFFICER)
    waiting = Publication.objects.filter(manageable(actor)).filter(
        Q(state="submitted") | Q(state__in=("draft", "returned"), resource__provider_id__in=prepares)
    )
    rows = waiting.select_related("resource__provider").prefetch_related("items").order_by("updated_at")
    return [_task(publication, group) for publication in rows if (group := _group(actor, publication))]


def _group(actor: Actor, publication: Publication) -> str:
    if publication.state == "submitted":
        if decide(actor, "publish", publication) or decide(actor, "return", publication):
            return "todo"
        return "started" if publication.submitted_by_id == actor.user_id else ""
    return "todo"


def _task(publication: Publication, group: str) -> Task:
    is_waiting = publication.state == "submitted"
    return Task(
        group=group,
        number=publication.name,
        title=text_of(publication, "title"),
        url=f"/opening/publications/{publication.name}/",
        kind=_("Open edition"),
        state=publication.state,
        state_label=PUBLICATIONS.states[publication.state],
        since=publication.updated_at,
        holder=_("Office head or coordinator") if is_waiting else publication.resource.provider.name_zh,
    )
