"""Applies a previewed batch line by line, each in a transaction of its own, or drops it."""

from django.db import transaction
from django.utils import timezone

from catalog import signals
from catalog.models import Batch, BatchLine
from catalog.policies import decide_batch
from catalog.selectors.refusals import kept_refusals
from catalog.services.batches.lines import do_line
from catalog.workflow import BATCHES
from portal.kernel.actors import Actor
from portal.kernel.errors import DomainError
from portal.workflow.move import move

#: Longer batches are applied by a worker.
APPLY_AT_ONCE = 200


def begin_batch(actor: Actor, *, batch: Batch) -> Batch:
    """Apply a previewed batch as drafts and amendments, at once or by a worker when it is long."""
    with transaction.atomic():
        begun = move(BATCHES, actor, batch, "begin", decide=decide_batch)
        if begun.lines.filter(verdict__in=("create", "change")).count() > APPLY_AT_ONCE:
            signals.batch_waits.send(sender=Batch, batch=begun, verb="apply")
            return begun
    return apply_batch(actor, batch=begun)


def apply_batch(actor: Actor, *, batch: Batch) -> Batch:
    """Apply what is not applied yet, each line in a transaction of its own; may be run again after a break.

    A line that fails now keeps its reason and changes nothing.
    """
    waiting = batch.lines.filter(verdict__in=("create", "change"), outcome="").values_list("pk", flat=True)
    for pk in list(waiting):
        apply_line(actor, pk)
    done = batch.lines.filter(outcome="done").count()
    fields = {"finished_at": timezone.now()}
    return move(BATCHES, actor, batch, "apply", decide=decide_batch, fields=fields, details={"lines": done})


@transaction.atomic
def apply_line(actor: Actor, pk: int) -> None:
    """Apply one line that is not applied yet, and keep what stood before or why it failed. Locks the line."""
    line = BatchLine.objects.select_for_update(of=("self",)).select_related("batch", "resource", "provider").get(pk=pk)
    if line.outcome:
        return
    try:
        with transaction.atomic():
            done = do_line(actor, line)
    except DomainError as error:
        line.outcome, line.problems = "failed", kept_refusals(error)
        line.save(update_fields=["outcome", "problems"])
        return
    line.outcome, line.resource, line.before, line.after = "done", done.resource, done.before, done.after
    line.save(update_fields=["outcome", "resource", "before", "after"])


def drop_batch(actor: Actor, *, batch: Batch) -> Batch:
    """Drop a previewed batch; nothing was changed."""
    return move(BATCHES, actor, batch, "drop", decide=decide_batch)
