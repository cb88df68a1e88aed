"""Files that come in parts, as their sender sees them."""

from django.db.models import QuerySet

from catalog.models import Resource, Transfer
from portal.kernel.actors import Actor


def transfers(actor: Actor, resource: Resource) -> QuerySet[Transfer]:
    """Give the actor's own transfers for a resource, newest first."""
    return Transfer.objects.filter(resource=resource, created_by_id=actor.user_id or 0).order_by("-created_at")
