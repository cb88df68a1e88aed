"""Reads of batches."""

from django.db.models import Count, Q, QuerySet

from catalog.models import Batch, BatchLine
from catalog.policies import own_batches
from portal.kernel.actors import Actor


def batches(actor: Actor) -> QuerySet[Batch]:
    """Return the batches of the actor, newest first, with how many lines each has and how many are done."""
    found = Batch.objects.filter(own_batches(actor)).select_related("created_by")
    return found.annotate(
        line_count=Count("lines"), done_count=Count("lines", filter=Q(lines__outcome="done"))
    ).order_by("-pk")


def batch_lines(batch: Batch) -> QuerySet[BatchLine]:
    """Return the lines of a batch: those refused first, then by their place in the file."""
    order = Q(verdict="refused") | Q(outcome="failed")
    return (
        batch.lines.select_related("resource", "provider")
        .annotate(is_bad=Count("pk", filter=order))
        .order_by("-is_bad", "position", "pk")
    )


def verdict_counts(batch: Batch) -> dict[str, int]:
    """Return how many lines have each verdict (1 query)."""
    return dict(batch.lines.order_by().values_list("verdict").annotate(Count("pk")))
