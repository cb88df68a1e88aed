"""Goes on with a batch in a worker, and finds the batches whose message was lost."""

from datetime import datetime

from django.conf import settings
from django.utils import translation

from catalog.models import Batch
from catalog.services.batches.applying import apply_batch
from catalog.services.batches.reading import read_batch
from portal.accounts.actors import actor_for


def run_batch(*, batch_id: int, verb: str) -> Batch:
    """Go on with a batch as the person who began it, who alone reads its lines, and in her language; for the worker.

    A batch that is past it is left as it is.
    """
    batch = Batch.objects.select_related("created_by").get(pk=batch_id)
    actor = actor_for(batch.created_by)
    with translation.override(batch.created_by.language or settings.LANGUAGE_CODE):
        if verb == "preview" and batch.state == "received":
            return read_batch(actor, batch=batch)
        if verb == "apply" and batch.state == "applying":
            return apply_batch(actor, batch=batch)
    return batch


def lost_batches(before: datetime) -> list[tuple[int, str]]:
    """Return the batches begun before that moment that wait for a worker, each with what is to be done."""
    waiting = {"received": "preview", "applying": "apply"}
    found = Batch.objects.filter(state__in=waiting, created_at__lt=before).values_list("pk", "state")
    return [(pk, waiting[state]) for pk, state in found.order_by("pk")]
