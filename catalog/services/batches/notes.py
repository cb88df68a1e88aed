"""Notes how far the preview of a batch is, beside its transaction: nobody sees its rows before it ends."""

from django.core.cache import cache

from catalog.models import Batch
from catalog.selectors.batches import read_key

_STEP = 10
_KEPT_SECONDS = 3600


def note_read(batch: Batch, done: int, total: int) -> None:
    """Note every tenth line and the last; a note that is lost costs the reader a percentage, nothing else."""
    if done % _STEP == 0 or done == total:
        cache.set(read_key(batch), (done, total), _KEPT_SECONDS)
