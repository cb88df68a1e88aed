"""What follows a move: the grant is opened by a task, and the people concerned are told."""

from functools import partial
from typing import Any

from django.db import transaction
from django.dispatch import receiver
from django.urls import reverse
from django.utils.translation import gettext_noop

from catalog.models import Resource, Version
from catalog.signals import resources_handed_over, serving_changed, version_made
from portal.accounts.models import Department, User
from portal.accounts.people import people_with
from portal.kernel.actors import Actor
from portal.notices.services import notify
from portal.workflow.models import Deadline
from portal.workflow.signals import deadline_missed, deadline_near
from sharing.models import Correction, Grant, Request
from sharing.policies import STAFF, people_who_can
from sharing.services.corrections import remind_of_correction, tell_of_correction
from sharing.services.handovers import follow_hand_over
from sharing.signals import correction_moved, grant_moved, request_moved
from sharing.tasks import check_corrections, follow_correction, open_grant, sweep_sharing

_TO_APPLICANT = {
    "return": gettext_noop("Request %(number)s (%(title)s) was returned to be supplemented: %(reason)s"),
    "approve": gettext_noop("Request %(number)s (%(title)s) was approved; the data are being made ready."),
    "refuse": gettext_noop("Request %(number)s (%(title)s) was refused: %(reason)s"),
    "extend": gettext_noop("The time to reply to request %(number)s (%(title)s) was extended: %(reason)s"),
    "open": gettext_noop("The data of request %(number)s (%(title)s) are ready."),
}
_TO_OTHERS = {
    "submit": ("consent", gettext_noop("Request %(number)s (%(title)s) waits for your consent.")),
    "consent": ("approve", gettext_noop("Request %(number)s (%(title)s) of %(requester)s waits for your decision.")),
    "withdraw": ("approve", gettext_noop("Request %(number)s (%(title)s) of %(requester)s was withdrawn.")),
}
_OF_GRANT = {
    "suspend": gettext_noop("Grant %(number)s (%(title)s) was suspended: %(reason)s"),
    "resume": gettext_noop("Grant %(number)s (%(title)s) gives data again: %(reason)s"),
    "terminate": gettext_noop("Grant %(number)s (%(title)s) was terminated: %(reason)s"),
    "expire": gettext_noop("Grant %(number)s (%(title)s) has expired; dispose of the data as agreed."),
}
_NEAR = gettext_noop("Request %(number)s (%(title)s) has to be answered by %(due)s.")
_LATE = gettext_noop("Request %(number)s (%(title)s) is late: it was due on %(due)s.")


def _context(request: Request, reason: str = "") -> dict[str, str]:
    return {
        "number": request.number,
        "title": request.title or request.resource.title_zh,
        "title_en": request.title or request.resource.title_en,
        "requester": request.requester.name_zh,
        "requester_en": request.requester.name_en,
        "reason": reason,
    }


@receiver(request_moved)
def follow_request(sender: object, obj: Request, verb: str, source: str, reason: str, **kwargs: Any) -> None:
    """Ask for the grant after an approval, and tell those whose turn it is or who wait for the answer."""
    if verb == "approve":
        transaction.on_commit(partial(open_grant.delay, obj.pk), robust=True)
    url, context = reverse("sharing:request", args=[obj.number]), _context(obj, reason)
    if verb in _TO_APPLICANT:
        people = User.objects.filter(pk=obj.applicant_id, is_active=True)
        notify(people, kind=f"sharing.{verb}", title_msg=_TO_APPLICANT[verb], url=url, context=context)
    # A draft that is withdrawn never left the department, and what the system approves waits for nobody.
    is_silent = verb == "withdraw" and source not in {"with_provider", "approved"}
    if verb in _TO_OTHERS and not is_silent:
        action, message = _TO_OTHERS[verb]
        notify(people_who_can(action, obj), kind=f"sharing.{verb}", title_msg=message, url=url, context=context)


@receiver(request_moved)
def serve_what_was_opened(sender: object, obj: Request, verb: str, **kwargs: Any) -> None:
    """Let the catalogue know that a new grant asks for rows."""
    if verb == "open":
        serving_changed.send(sender=Request, resource_id=obj.resource_id, anew=False)


@receiver(grant_moved)
def serve_what_is_granted(sender: object, obj: Grant, **kwargs: Any) -> None:
    """Let the catalogue know that rows are asked for by others than before."""
    serving_changed.send(sender=Grant, resource_id=obj.resource_id, anew=False)


@receiver(grant_moved)
def tell_of_grant(sender: object, obj: Grant, verb: str, reason: str, **kwargs: Any) -> None:
    """Tell both sides that a grant was suspended, resumed, terminated or has expired (Order 809 art 27)."""
    notify(
        people_with(*STAFF, departments=[obj.grantee_id, obj.provider_id]),
        kind=f"sharing.grant_{verb}",
        title_msg=_OF_GRANT[verb],
        url=reverse("sharing:grant", args=[obj.number]),
        context={"number": obj.number, "title": obj.purpose, "reason": reason},
    )


@receiver(deadline_near)
@receiver(deadline_missed)
def remind(sender: object, deadline: Deadline, days_left: int, **kwargs: Any) -> None:
    """Remind the provider of a reply that is due; once it is late, its region's coordinators too."""
    if deadline.subject_type != "sharing.request":
        return
    request = Request.objects.select_related("resource", "requester", "provider").get(pk=deadline.subject_id)
    people = people_who_can("approve", request)
    if days_left < 0:
        people = people | people_who_can("extend", request)
    notify(
        people.distinct(),
        kind="sharing.late" if days_left < 0 else "sharing.due",
        title_msg=_LATE if days_left < 0 else _NEAR,
        url=reverse("sharing:request", args=[request.number]),
        context={**_context(request), "due": str(deadline.due_on)},
    )


@receiver(version_made)
def open_what_waited(sender: object, version: Version, **kwargs: Any) -> None:
    """Try approved requests again that waited for data of this resource."""
    if Request.objects.filter(resource_id=version.resource_id, state="approved").exists():
        transaction.on_commit(sweep_sharing.delay, robust=True)


@receiver(version_made)
def compare_corrections(sender: object, version: Version, **kwargs: Any) -> None:
    """Have confirmed corrections of the resource compared with its new version; the sweep finds what this misses."""
    if Correction.objects.filter(resource_id=version.resource_id, state="confirmed").exists():
        transaction.on_commit(partial(check_corrections.delay, version.pk), robust=True)


@receiver(correction_moved)
def follow_move_of_correction(
    sender: object, actor: Actor, obj: Correction, verb: str, reason: str, **kwargs: Any
) -> None:
    """Tell those concerned; once confirmed, have the other holders found and the current version compared."""
    tell_of_correction(actor, obj, verb, reason)
    if verb == "confirm":
        transaction.on_commit(partial(follow_correction.delay, obj.pk), robust=True)


@receiver(deadline_near)
@receiver(deadline_missed)
def remind_of_answer(sender: object, deadline: Deadline, days_left: int, **kwargs: Any) -> None:
    """Remind the provider of a correction that waits for its answer."""
    if deadline.subject_type == "sharing.correction":
        remind_of_correction(deadline, days_left)


@receiver(resources_handed_over)
def follow_provider(
    sender: object, resources: list[Resource], giver: Department, taker: Department, **kwargs: Any
) -> None:
    """Let open requests and standing grants go with their resources, in the transaction of the hand-over."""
    follow_hand_over(resources=resources, giver=giver, taker=taker)
