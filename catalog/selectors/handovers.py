"""Reads of hand-overs: the list, what moves with the resources, what cannot move and why.

``register`` takes a function of an app above that says what of its own goes with resources that change hands.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models import Amendment, HandOver, HandOverLine, Resource, Source, Transfer, Upload
from catalog.policies.handovers import visible_hand_overs
from catalog.workflow import HANDOVERS, RESOURCES, UPLOADS
from portal.audit.selectors import TimelineEntry, timeline
from portal.kernel.actors import Actor
from portal.kernel.errors import Text

#: States in which a hand-over still holds its resources.
OPEN = frozenset(HANDOVERS.states) - HANDOVERS.final - {"carried_out"}

# Its runs are made with the duties of whoever saved it; afterwards they would fail one by one.
_RUNS_BY_RIGHT_OF_GIVER = _(
    "A data source fetches by right of the giving department. Pause it; the taking department saves and resumes it."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Companion:
    """A thing of any app that goes with a resource; ``obstacle`` says why the resource cannot go while it stands.

    ``department`` is whom it serves, by primary key; None for the public and for the provider itself.
    """

    resource_id: int
    kind: Text
    number: str
    url: str
    department: int | None = None
    obstacle: Text = ""


@dataclass(frozen=True, slots=True)
class Moving:
    """One resource of a preview, with what goes with it and why it cannot go, if it cannot."""

    resource: Resource
    companions: list[Companion]
    obstacles: list[Text] = field(default_factory=list)


Finder = Callable[[Collection[int], int], Iterable[Companion]]
_finders: list[Finder] = []


def register(finder: Finder) -> None:
    """Let an app above say what of its own goes with resources, given their keys and that of the taker."""
    if finder not in _finders:
        _finders.append(finder)


def hand_overs(actor: Actor) -> QuerySet[HandOver]:
    """Return the hand-overs the actor may see, newest first, with the number of their resources."""
    found = HandOver.objects.filter(visible_hand_overs(actor)).select_related(
        "giver__region", "taker__region", "created_by"
    )
    return found.annotate(line_count=Count("lines")).order_by("-pk")


def resources_to_move(hand_over: HandOver) -> QuerySet[Resource]:
    """Return what a hand-over covers: its lines; of ``all``, until it is carried out, what the giver has now."""
    if hand_over.extent == "all" and hand_over.carried_out_at is None:
        found = Resource.objects.filter(provider_id=hand_over.giver_id)
    else:
        found = Resource.objects.filter(hand_overs__hand_over=hand_over)
    return found.select_related("provider").order_by("code")


def companions_of(resource_ids: Collection[int], taker_id: int) -> list[Companion]:
    """Return what goes with resources, of the catalogue and of the apps above (a few queries in all)."""
    return [*_own(resource_ids), *(one for finder in _finders for one in finder(resource_ids, taker_id))]


def _own(resource_ids: Collection[int]) -> Iterable[Companion]:
    amendments = Amendment.objects.filter(resource_id__in=resource_ids).exclude(state__in=("published", "canceled"))
    for amendment in amendments.select_related("resource"):
        yield Companion(
            resource_id=amendment.resource_id,
            kind=_("Amendment in work"),
            number=amendment.get_state_display(),
            url=f"{amendment.resource.get_absolute_url()}review/",
        )
    running = Upload.objects.filter(resource_id__in=resource_ids).exclude(state__in=UPLOADS.final)
    for upload in running.select_related("resource"):
        yield Companion(
            resource_id=upload.resource_id,
            kind=_("File in its check"),
            number=upload.name,
            url=f"{upload.resource.get_absolute_url()}uploads/{upload.pk}/",
        )
    coming = Transfer.objects.filter(resource_id__in=resource_ids, upload=None, expires_at__gt=timezone.now())
    for transfer in coming.select_related("resource"):
        yield Companion(
            resource_id=transfer.resource_id,
            kind=_("File coming in parts"),
            number=transfer.name,
            url=transfer.resource.get_absolute_url(),
            obstacle=_("A file is still coming in, by right of the giving department. Wait for its end or cancel it."),
        )
    for source in (
        Source.objects.filter(resource_id__in=resource_ids).exclude(state="retired").select_related("resource")
    ):
        yield Companion(
            resource_id=source.resource_id,
            kind=_("Data source"),
            number=source.title,
            url=f"{source.resource.get_absolute_url()}sources/{source.pk}/",
            obstacle=_RUNS_BY_RIGHT_OF_GIVER if source.state == "active" else "",
        )


def moving(hand_over: HandOver, resources: Iterable[Resource]) -> list[Moving]:
    """Return of each resource what goes with it and what keeps it from going (a few queries in all)."""
    found = list(resources)
    by_resource: dict[int, list[Companion]] = {}
    for one in companions_of([resource.pk for resource in found], hand_over.taker_id):
        by_resource.setdefault(one.resource_id, []).append(one)
    held = _held_elsewhere(hand_over, found)
    lines = []
    for resource in found:
        own = by_resource.get(resource.pk, [])
        obstacles = [one.obstacle for one in own if one.obstacle]
        if resource.provider_id != hand_over.giver_id:
            obstacles.append(_("It belongs to another department by now."))
        if resource.pk in held:
            obstacles.append(_("Another hand-over (%(number)s) holds it.") % {"number": held[resource.pk]})
        lines.append(Moving(resource, own, obstacles))
    return lines


def _held_elsewhere(hand_over: HandOver, resources: Collection[Resource]) -> dict[int, str]:
    """Return which resources another open hand-over names, with its number."""
    lines = HandOverLine.objects.filter(resource__in=resources, hand_over__state__in=OPEN)
    return dict(lines.exclude(hand_over_id=hand_over.pk or 0).values_list("resource_id", "hand_over__number"))


def totals(lines: Collection[Moving]) -> list[tuple[Text, int]]:
    """Return how many things of each kind move, resources by their state first."""
    states = Counter(line.resource.state for line in lines)
    kinds = Counter(str(one.kind) for line in lines for one in line.companions)
    by_state = [(RESOURCES.states[state], states[state]) for state in RESOURCES.states if states[state]]
    return [*by_state, *sorted(kinds.items())]


def history_until(hand_over: HandOver, resource: Resource) -> list[TimelineEntry]:
    """Return what happened to a resource until it was handed over: it stays readable to the department before."""
    until = hand_over.carried_out_at
    parts = Amendment.objects.filter(resource=resource)
    return [entry for entry in timeline(resource, *parts) if until is None or entry.at <= until]
