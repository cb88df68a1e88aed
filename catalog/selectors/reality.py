"""The catalogue against the data: declared items compared with the columns that really came."""

from dataclasses import dataclass, field

from django.db.models import Prefetch

from catalog.data.schema import columns_from_json
from catalog.models import ITEM_TYPES, Item, Resource, Upload
from catalog.selectors.resources import resources
from portal.kernel.actors import Actor
from portal.kernel.errors import Text

_LOOKED_AT = 500
_TYPES: dict[str, Text] = dict(ITEM_TYPES)


@dataclass(frozen=True, slots=True)
class Difference:
    """What a resource declares and what its data has: items that never came, columns nobody declared, other types."""

    resource: Resource
    missing: list[Item] = field(default_factory=list)
    undeclared: list[str] = field(default_factory=list)
    retyped: list[tuple[Item, Text]] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.missing) + len(self.undeclared) + len(self.retyped)


def difference_of(resource: Resource) -> Difference:
    """Compare the published items with the current version and the last file handed in (at most 2 queries)."""
    items = list(resource.items.all())
    names = {name for item in items for name in (item.code.casefold(), item.name_zh.casefold())}
    last = next(iter(resource.uploads.all()), None)
    report = last.report if last is not None else {}
    unknown = [str(name) for name in report.get("unknown_columns", ()) if str(name).casefold() not in names]
    if resource.current_version is None:
        return Difference(resource, undeclared=unknown)
    columns = {column.id: column for column in columns_from_json(resource.current_version.columns)}
    declared = {item.column_id for item in items}
    lost = [column.title or column.name for column in columns.values() if column.id not in declared]
    return Difference(
        resource,
        missing=[item for item in items if item.column_id not in columns],
        undeclared=[*lost, *(name for name in unknown if name not in lost)],
        retyped=[
            (item, _TYPES[columns[item.column_id].type.value])
            for item in items
            if item.column_id in columns and columns[item.column_id].type.value != item.type
        ],
    )


def differences(actor: Actor) -> list[Difference]:
    """Return the resources of the actor's departments whose data differ from what they declare (3 queries)."""
    own = resources(actor).filter(provider_id__in=actor.departments()).exclude(state="retired")
    checked = Upload.objects.exclude(report={}).order_by("resource_id", "-pk").distinct("resource_id")
    found = (
        own.select_related("provider", "current_version", "amendment")
        .defer("search_vector", "search_title", "amendment__content", "amendment__items", "current_version__profile")
        .prefetch_related("items", Prefetch("uploads", queryset=checked))
        .order_by("-updated_at")[:_LOOKED_AT]
    )
    lines = [difference_of(resource) for resource in found]
    return sorted((line for line in lines if line.count), key=lambda line: -line.count)
