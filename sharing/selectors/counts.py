"""Small figures of sharing for the pages of the roof: front page, desk, departments."""

from django.db.models import Count, Q

from sharing.models import Grant, Request


def open_requests_count(resource_id: int) -> int:
    """Return how many requests for a resource are with its provider."""
    return Request.objects.filter(resource_id=resource_id, state="with_provider").count()


def grants_on(resource_id: int) -> int:
    """Return how many grants on a resource are active."""
    return Grant.objects.filter(resource_id=resource_id, state="active").count()


def decided_summary() -> dict[str, int]:
    """Return the figures of sharing as a whole: ``requests`` sent, ``delivered``, ``active`` grants (2 queries)."""
    figures = Request.objects.aggregate(
        requests=Count("pk", filter=Q(sent_at__isnull=False)), delivered=Count("pk", filter=Q(state="delivered"))
    )
    return {**figures, "active": Grant.objects.filter(state="active").count()}
