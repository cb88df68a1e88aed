"""What the roof composes from the apps below: figures of the front page, the desk, one's own acts."""

from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import QuerySet
from django.utils.functional import cached_property

from licenses import selectors as licenses
from opening import selectors as opening
from opening.models import Publication
from portal.audit.models import Entry
from portal.home.desk import tasks_of
from portal.kernel.actors import Actor
from portal.workflow.desk import Task

FIGURES_KEPT_SECONDS = 60
ACTS_SHOWN = 50


@dataclass(frozen=True)
class FrontFigures:
    """The figures of the front page, each counted from the records."""

    datasets: int
    rows: int
    organizations: int
    licenses: int


def front_figures() -> FrontFigures:
    """Count what the front page shows; kept for a minute."""
    found: FrontFigures | None = cache.get("front-figures")
    if found is None:
        public = opening.public_figures()
        found = FrontFigures(public.datasets, public.rows, public.organizations, licenses.figures().valid)
        cache.set("front-figures", found, FIGURES_KEPT_SECONDS)
    return found


def front_themes() -> list[opening.CountedTheme]:
    """Return the themes with the number of open datasets of each."""
    return opening.themes_with_counts()


def front_news(count: int = 5) -> list[Publication]:
    """Return the datasets renewed last."""
    return opening.latest_editions(count)


class Desk:
    """All tasks of one actor, by group."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor

    @cached_property
    def tasks(self) -> list[Task]:
        """Every task: late first, then by due date, then by how long it waits."""
        return sorted(tasks_of(self.actor), key=_urgency)

    def of(self, group: str) -> list[Task]:
        """Return the tasks of one group."""
        return [task for task in self.tasks if task.group == group]


def acts_of(actor: Actor) -> QuerySet[Entry]:
    """Return what the actor did last, newest first; one's own acts are open to oneself."""
    return Entry.objects.filter(actor_id=actor.user_id, outcome="done").exclude(object_type="").order_by("-id")


def waiting_count(actor: Actor) -> int:
    """Return how many tasks wait for the actor."""
    return sum(task.group == "todo" for task in tasks_of(actor))


def _urgency(task: Task) -> tuple[int, float]:
    days = task.days_left if task.days_left is not None else 10_000
    return days, task.since.timestamp()
