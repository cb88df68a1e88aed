"""Personal exceptions: one person of another department sees one resource for a time, for a reason.

They come last in the policy's order and never lift the ceiling of grades (house.md §5); guardian stores them.
"""

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog import policies
from catalog.models import Resource, ResourceGrant
from portal.accounts.grants import give_grant, withdraw_grant
from portal.accounts.models import User
from portal.audit.record import record
from portal.kernel.actors import Actor
from portal.kernel.errors import Invalid, NotAllowed, NotFound

LONGEST = timedelta(days=365)


def _ask(actor: Actor, resource: Resource) -> User:
    if not (decision := policies.decide(actor, "give_exception", resource)):
        raise NotAllowed(decision.reason, code=decision.code)
    return User.objects.get(pk=actor.user_id or 0)


def _person(username: str, resource: Resource) -> User:
    person = User.objects.filter(username=username, is_active=True).first()
    if person is None:
        raise Invalid(fields={"username": [_("There is no open account of this name.")]})
    if person.memberships.filter(department_id=resource.provider_id, is_active=True).exists():
        raise Invalid(fields={"username": [_("This person belongs to the provider and sees the resource anyway.")]})
    return person


@transaction.atomic
def give_exception(actor: Actor, *, resource: Resource, username: str, reason: str, until: date) -> ResourceGrant:
    """Let a person see ``resource`` up to the end of the day ``until``; renews an exception that runs.

    Writes the exception and an audit entry ``catalog.give_exception``.
    Raises ``NotAllowed`` without the duty, ``Invalid`` for an unknown person, no reason, or a day past or too far.
    """
    giver = _ask(actor, resource)
    person = _person(username, resource)
    today = timezone.localdate()
    if not today <= until <= today + LONGEST:
        raise Invalid(fields={"until": [_("An exception ends today at the earliest and within a year.")]})
    if not reason.strip():
        raise Invalid(fields={"reason": [_("Say why this person needs to see it.")]})
    grant = give_grant(
        ResourceGrant,
        user=person,
        obj=resource,
        codename=policies.EXCEPTION,
        granted_by=giver,
        reason=reason.strip(),
        expires_at=timezone.make_aware(datetime.combine(until + timedelta(days=1), time.min)),
    )
    details = {"person": person.username, "until": until.isoformat()}
    record(actor, action="catalog.give_exception", obj=resource, reason=reason.strip(), details=details)
    return grant


@transaction.atomic
def take_exception(actor: Actor, *, resource: Resource, username: str) -> None:
    """End a person's exception at once. Raises ``NotFound`` when there is none."""
    _ask(actor, resource)
    person = User.objects.filter(username=username).first()
    if person is None or not withdraw_grant(ResourceGrant, user=person, obj=resource, codename=policies.EXCEPTION):
        raise NotFound(_("This person has no exception for this resource."))
    record(actor, action="catalog.take_exception", obj=resource, details={"person": username})
