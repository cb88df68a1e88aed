"""Reads of personal exceptions."""

from django.db.models import QuerySet
from django.utils import timezone

from catalog.models import Resource, ResourceGrant


def running_exceptions(resource: Resource) -> QuerySet[ResourceGrant]:
    """Return the exceptions that let somebody see ``resource`` today, the first to end first (1 query)."""
    running = ResourceGrant.objects.filter(content_object=resource, expires_at__gt=timezone.now())
    return running.select_related("user", "granted_by").order_by("expires_at")
