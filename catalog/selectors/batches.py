"""Reads of batches."""

from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Q, QuerySet

from catalog.models import Batch, BatchLine
from catalog.policies import own_batches
from catalog.selectors.contents import changes_in_words
from catalog.selectors.refusals import problems_said
from portal.kernel.actors import Actor
from portal.workflow.snapshots import Change


@dataclass(frozen=True, slots=True)
class Progress:
    """How many lines of a batch are done of how many; both 0 while the file is being opened."""

    done: int
    total: int

    @property
    def percent(self) -> int:
        """Whole percent, rounded down: 100 only when all is done."""
        return 100 * self.done // self.total if self.total else 0


def read_key(batch: Batch) -> str:
    """Return the key under which a preview notes how far it is."""
    return f"catalog:batch:{batch.pk}:read"


def progress_of(batch: Batch) -> Progress | None:
    """Return how far the reading or applying of a batch is; None when it is not under way (1 query at most)."""
    if batch.state == "received":
        return Progress(*cache.get(read_key(batch), (0, 0)))
    if batch.state != "applying":
        return None
    work = batch.lines.filter(verdict__in=("create", "change")).aggregate(
        total=Count("pk"), done=Count("pk", filter=~Q(outcome=""))
    )
    return Progress(work["done"], work["total"])


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


@dataclass(frozen=True, slots=True)
class WordedLine:
    """A line with what changes (field, before, after) and what is wrong, in the language in force."""

    line: BatchLine
    changes: list[tuple[str, str, str]]
    problems: list[str]


def worded_line(line: BatchLine) -> WordedLine:
    """Say what a line does; words from before lines were kept without a language stay as they are."""
    old = [(one[0], one[1], one[2]) for one in line.changes if isinstance(one, list)]
    raw = [Change(one["field"], one["before"], one["after"]) for one in line.changes if isinstance(one, dict)]
    new = [(str(one.field), _text(one.before), _text(one.after)) for one in changes_in_words(raw)]
    return WordedLine(line, old + new, problems_said(line.problems))


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def verdict_counts(batch: Batch) -> dict[str, int]:
    """Return how many lines have each verdict (1 query)."""
    return dict(batch.lines.order_by().values_list("verdict").annotate(Count("pk")))
