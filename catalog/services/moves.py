"""The verbs on what is in hand of a resource: one function each, all through ``portal.workflow.move``.

Where an amendment is open, ``submit`` to ``publish`` act on it and leave the published description as it is.
"""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog import policies, signals
from catalog.models import Resource
from catalog.selectors.completeness import gaps
from catalog.services import amendments
from catalog.services.amendments import amend
from catalog.workflow import RESOURCES
from portal.kernel.actors import Actor
from portal.kernel.decisions import Decision
from portal.kernel.errors import Invalid
from portal.workflow.move import move


def _move(actor: Actor, resource: Resource, verb: str, *, reason: str = "", **fields: Any) -> Resource:
    return move(
        RESOURCES,
        actor,
        resource,
        verb,
        decide=policies.decide,
        reason=reason,
        fields=fields,
        signal=signals.resource_moved,
    )


def _is_amended(resource: Resource) -> bool:
    return Resource.objects.filter(pk=resource.pk, amendment__isnull=False).exists()


def _decide_complete(actor: Actor, action: str, resource: Resource) -> Decision:
    """Decide on submitting and, where it is allowed, refuse a description with gaps, under the lock of the row."""
    decision = policies.decide(actor, action, resource)
    if decision and (found := gaps(resource, list(resource.items.all()))):
        raise Invalid(_("Some things are missing before this can be submitted."), code="incomplete", fields=found)
    return decision


def submit(actor: Actor, *, resource: Resource, reason: str = "") -> Resource:
    """Hand a complete description to the office head. The moment's content is kept for comparison.

    Raises ``Invalid`` (code ``incomplete``) with everything that is missing, ``NotAllowed``, ``TransitionRefused``.
    """
    if _is_amended(resource):
        return amendments.submit_amendment(actor, resource=resource, reason=reason)
    return move(
        RESOURCES,
        actor,
        resource,
        "submit",
        decide=_decide_complete,
        reason=reason,
        fields={"submitted_by_id": actor.user_id, "submitted_at": timezone.now()},
        signal=signals.resource_moved,
    )


def withdraw(actor: Actor, *, resource: Resource, reason: str = "") -> Resource:
    """Take a submission back before the office head has decided."""
    if _is_amended(resource):
        return amendments.withdraw_amendment(actor, resource=resource, reason=reason)
    return _move(actor, resource, "withdraw", reason=reason)


def approve(actor: Actor, *, resource: Resource, reason: str = "") -> Resource:
    """Give the office head's consent; the data authority has two working days (Order 809 art 17)."""
    if _is_amended(resource):
        return amendments.approve_amendment(actor, resource=resource, reason=reason)
    return _move(actor, resource, "approve", reason=reason)


def return_(actor: Actor, *, resource: Resource, reason: str = "") -> Resource:
    """Send a submission back for changes, with the reason."""
    if _is_amended(resource):
        return amendments.return_amendment(actor, resource=resource, reason=reason)
    return _move(actor, resource, "return", reason=reason)


def publish(actor: Actor, *, resource: Resource, reason: str = "") -> Resource:
    """Publish in the internal catalogue, as the coordinator of the provider's region."""
    if _is_amended(resource):
        return amendments.publish_amendment(actor, resource=resource, reason=reason)
    return _move(actor, resource, "publish", reason=reason, published_at=timezone.now())


def suspend(actor: Actor, *, resource: Resource, reason: str = "") -> Resource:
    """Hold a published resource back for a time. Emits ``resource_withdrawn``."""
    return _move(actor, resource, "suspend", reason=reason)


def resume(actor: Actor, *, resource: Resource, reason: str = "") -> Resource:
    """Bring a suspended resource back. Emits ``resource_resumed``."""
    return _move(actor, resource, "resume", reason=reason)


@transaction.atomic
def retire(actor: Actor, *, resource: Resource, reason: str = "") -> Resource:
    """Take a resource out of the catalogue for good; its code stays taken, an open amendment is given up.

    Emits ``resource_withdrawn``.
    """
    moved = _move(actor, resource, "retire", reason=reason)
    return amendments.cancel_amendment(actor, resource=moved, reason=reason) if moved.amendment_id else moved


VERBS = {
    "submit": submit,
    "withdraw": withdraw,
    "approve": approve,
    "return": return_,
    "publish": publish,
    "amend": amend,
    "cancel": amendments.cancel_amendment,
    "extend": amendments.extend_amendment,
    "suspend": suspend,
    "resume": resume,
    "retire": retire,
}
