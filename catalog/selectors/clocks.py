"""The clocks that run on resources and on their open amendments."""

from collections.abc import Sequence

from catalog.models import Resource
from portal.workflow.deadlines import deadlines_of
from portal.workflow.models import Deadline


def clocks_of(resources: Sequence[Resource]) -> dict[int, Deadline]:
    """Return the most urgent clock of each resource, its open amendment counted with it (at most 2 queries)."""
    own = deadlines_of(resources)
    amended = [resource for resource in resources if resource.amendment is not None]
    beside = deadlines_of([resource.amendment for resource in amended if resource.amendment is not None])
    found = {resource.pk: own[str(resource.pk)] for resource in resources if str(resource.pk) in own}
    for resource in amended:
        clock = beside.get(str(resource.amendment_id))
        if clock is not None and (resource.pk not in found or clock.due_on < found[resource.pk].due_on):
            found[resource.pk] = clock
    return found


def clock_of(resource: Resource) -> Deadline | None:
    """Return the most urgent clock of one resource, or None."""
    return clocks_of([resource]).get(resource.pk)
