"""What a standard reaches: the data items that follow it, and the requests, grants and open editions these are in."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from catalog.models import CodeSet, Item, Resource
from catalog.policies import visible
from catalog.policies.resources import keeps
from catalog.selectors.dependents import Dependent, dependents_among
from portal.kernel.actors import Actor
from portal.kernel.errors import Text


@dataclass(frozen=True, slots=True)
class Reached:
    """One request, grant, edition or derived resource, and the names of the columns it takes of the items."""

    dependent: Dependent
    resource: Resource
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reach:
    """What the actor may see of what items are in, and how many of each kind stand that are not open to her."""

    lines: list[Reached] = field(default_factory=list)
    closed: list[tuple[Text, int]] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """Give what the API answers."""
        return {
            "reaches": [
                {
                    "kind": line.dependent.kind,
                    "number": line.dependent.number,
                    "state": line.dependent.state,
                    "department": line.dependent.department.uscc if line.dependent.department else None,
                    "resource": line.resource.code,
                    "columns": list(line.columns),
                }
                for line in self.lines
            ],
            "not_open_to_you": sum(count for _label, count in self.closed),
        }


def reach_of(actor: Actor, items: Collection[Item]) -> Reach:
    """Return which requests, grants and editions take ``items``, over all their resources (a few queries an app).

    Editions the public reads are open to everyone; the others to those who keep the resource, as in its lineage. Of
    what stands and is not open the actor learns the number alone: a change of the standard reaches it all the same.
    ``items`` come with their resource and its provider.
    """
    by_resource: dict[int, list[Item]] = {}
    for item in items:
        by_resource.setdefault(item.resource_id, []).append(item)
    resources = {item.resource_id: item.resource for item in items}
    lines: list[Reached] = []
    closed: Counter[str] = Counter()
    labels: dict[str, Text] = {}
    for pk, dependents in dependents_among(list(resources.values())).items():
        may = keeps(actor, resources[pk])
        for one in dependents:
            columns = _taken(one, by_resource[pk])
            if not columns:
                continue
            if may or (one.stands and one.department is None and one.since is not None):
                lines.append(Reached(one, resources[pk], columns))
            elif one.stands:
                closed[one.kind] += 1
                labels[one.kind] = one.kind_label
    lines.sort(key=lambda line: (not line.dependent.stands, line.dependent.kind, line.dependent.number))
    return Reach(lines, [(labels[kind], count) for kind, count in sorted(closed.items())])


def _taken(one: Dependent, items: Iterable[Item]) -> tuple[str, ...]:
    return tuple(item.code for item in items if not one.columns or one.columns.get(item.code, "drop") != "drop")


def items_with(actor: Actor, code_set: CodeSet) -> list[Item]:
    """Return the visible items whose values a code set lists, by way of their data element (1 query)."""
    seen = Resource.objects.filter(visible(actor))
    return list(
        Item.objects.filter(element__code_set=code_set, resource__in=seen)
        .select_related("resource__provider", "element")
        .order_by("resource__title_zh", "position")
    )
