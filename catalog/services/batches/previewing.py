"""Says of each line of a batch what it would do, by doing it and taking it back."""

from collections.abc import Iterable

from django.db import transaction

from catalog.models import Batch, BatchLine
from catalog.policies import decide_batch
from catalog.selectors.refusals import kept_problem, kept_refusals
from catalog.services.batches.lines import Done, do_line
from catalog.services.batches.notes import note_read
from catalog.services.imports import Asked
from catalog.workflow import BATCHES
from portal.kernel.actors import Actor
from portal.kernel.errors import DomainError
from portal.workflow.move import move


class _TakeBack(Exception):
    """Leaves a preview's transaction so that nothing of it stays."""

    def __init__(self, done: Done) -> None:
        super().__init__(done.verdict)
        self.done = done


@transaction.atomic
def preview(actor: Actor, *, batch: Batch, asked: Iterable[Asked]) -> Batch:
    """Say of each line what it would do, by doing it and taking it back; nothing is changed and nobody is told."""
    rows = list(asked)
    lines = []
    for one in rows:
        lines.append(_line(actor, batch, one))
        note_read(batch, len(lines), len(rows))
    BatchLine.objects.bulk_create(lines)
    counts = {verdict: sum(line.verdict == verdict for line in lines) for verdict in {line.verdict for line in lines}}
    return move(BATCHES, actor, batch, "preview", decide=decide_batch, details=counts)


def _line(actor: Actor, batch: Batch, one: Asked) -> BatchLine:
    line = BatchLine(
        batch=batch,
        position=one.line,
        resource=one.resource,
        provider=one.provider,
        title=one.title[:255],
        wanted={"fields": one.fields, "items": one.items},
        verdict="refused",
        problems=[kept_problem(text) for text in one.problems],
    )
    if one.problems:
        return line
    try:
        with transaction.atomic():
            raise _TakeBack(do_line(actor, line))  # noqa: TRY301 - the raise is what rolls the savepoint back
    except _TakeBack as back:
        line.verdict, line.changes = back.done.verdict, back.done.changes
    except DomainError as error:
        line.problems = kept_refusals(error)
    return line
