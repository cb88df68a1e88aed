"""What hangs on a resource: the apps above register what they know, so that a change is seen before it is made.

``register`` takes a function that gives the dependents of many resources at once; ``register_use`` one that gives how
much they were used.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from catalog.models import Resource
from portal.accounts.models import Department
from portal.kernel.errors import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependent:
    """One thing that uses a resource.

    ``columns`` maps the column names it uses to what is done to their values (``pass`` or a mask); none means the
    resource as a whole. ``department`` is whom it serves (None: the public). ``stands`` is false for what is over.
    ``since`` is the day its use began; None while it has not.
    """

    kind: str
    kind_label: Text
    number: str
    label: Text
    url: str
    state: str
    state_label: Text
    department: Department | None
    columns: Mapping[str, str] = field(default_factory=dict)
    stands: bool = True
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Use:
    """How much a resource was used: active grants, departments served, rows delivered, public downloads."""

    grants: int = 0
    departments: int = 0
    rows: int = 0
    downloads: int = 0

    def __add__(self, other: "Use") -> "Use":
        return Use(
            self.grants + other.grants,
            self.departments + other.departments,
            self.rows + other.rows,
            self.downloads + other.downloads,
        )


Finder = Callable[[Collection[Resource]], Iterable[tuple[int, Dependent]]]
"""Gives the dependents of resources, each with the primary key of the resource it hangs on."""
Counter = Callable[[Collection[int], date], Mapping[int, Use]]

_finders: list[Finder] = []
_counters: list[Counter] = []


def register(finder: Finder) -> None:
    """Let an app above say what of its own hangs on a resource."""
    if finder not in _finders:
        _finders.append(finder)


def register_use(counter: Counter) -> None:
    """Let an app above count the uses of resources (by primary key) since a day."""
    if counter not in _counters:
        _counters.append(counter)


def dependents_of(resource: Resource) -> list[Dependent]:
    """Return what hangs on ``resource``, what stands first, then by kind and number (a few queries an app)."""
    return dependents_among([resource])[resource.pk]


def dependents_among(resources: Collection[Resource]) -> dict[int, list[Dependent]]:
    """Return what hangs on each of ``resources`` by primary key, ordered as ``dependents_of`` (as many queries)."""
    found: dict[int, list[Dependent]] = {resource.pk: [] for resource in resources}
    if found:
        for finder in _finders:
            for pk, one in finder(resources):
                found[pk].append(one)
    return {pk: sorted(ones, key=lambda one: (not one.stands, one.kind, one.number)) for pk, ones in found.items()}


def uses_of(resource_ids: Collection[int], since: date) -> dict[int, Use]:
    """Return the uses of resources since a day; a resource without any is there with zeros."""
    total = dict.fromkeys(resource_ids, Use())
    for counter in _counters:
        for pk, use in counter(resource_ids, since).items():
            total[pk] = total[pk] + use
    return total
