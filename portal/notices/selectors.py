"""Reads of notices: one's own, newest first."""

from django.db.models import QuerySet

from portal.kernel.actors import Actor
from portal.notices.models import Notice


def notices(actor: Actor) -> QuerySet[Notice]:
    """Return the notices of the person who asks; none for visitors."""
    return Notice.objects.filter(user_id=actor.user_id) if actor.user_id else Notice.objects.none()


def unread_count(actor: Actor) -> int:
    """Return how many notices the person has not read (1 query)."""
    return notices(actor).filter(read_at=None).count()
