"""What is to be served, by whom it is asked, and how it stands with the table of a resource."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet

from catalog.data.plan import DeliveryPlan
from catalog.data.schema import Column, columns_from_json
from catalog.data.serving import columns_to_index
from catalog.models import Resource, ServingChoice, ServingTable

Finder = Callable[[Collection[int]], Iterable[tuple[int, DeliveryPlan]]]
_finders: list[Finder] = []


def register(finder: Finder) -> None:
    """Add a function that gives, for ids of resources, the plans under which rows are asked for now."""
    if finder not in _finders:
        _finders.append(finder)


def plans_served(resource_id: int) -> list[DeliveryPlan]:
    """Return the plans under which rows of a resource are asked for interactively."""
    return [plan for finder in _finders for _id, plan in finder([resource_id])]


def served_resources(resource_ids: Collection[int]) -> set[int]:
    """Return which of the resources have anybody who asks for their rows."""
    return {found for finder in _finders for found, _plan in finder(resource_ids)}


def tables_of(resource: Resource) -> QuerySet[ServingTable]:
    """Return the serving tables of a resource's versions."""
    return ServingTable.objects.filter(version__resource=resource).select_related("version")


@dataclass(frozen=True, kw_only=True)
class ServingState:
    """How it stands: ``code`` is unserved, no_data, too_large, waiting, building, ready or failed."""

    code: str
    table: ServingTable | None
    columns: tuple[Column, ...]
    indexed: tuple[Column, ...]
    chosen: tuple[str, ...]
    is_searched: bool


def serving_state(resource: Resource) -> ServingState:
    """Say how it stands with the serving of a resource's current version (4 queries at most)."""
    version = resource.current_version
    table = None if version is None else ServingTable.objects.filter(version=version).first()
    columns = () if version is None else columns_from_json(version.columns)
    choice = ServingChoice.objects.filter(resource=resource).first() or ServingChoice(resource=resource)
    return ServingState(
        code=_code(resource, table),
        table=table,
        columns=columns,
        indexed=tuple(column for column in columns if table is not None and column.id in table.indexed),
        chosen=columns_to_index(columns, choice.columns),
        is_searched=choice.is_searched,
    )


def _code(resource: Resource, table: ServingTable | None) -> str:
    version = resource.current_version
    if version is None or version.deleted_at is not None:
        return "no_data"
    if not plans_served(resource.pk):
        return "unserved"
    if version.row_count > settings.SERVING_MOST_ROWS:
        return "too_large"
    if table is None:
        return "waiting"
    if table.fault:
        return "failed"
    return "ready" if table.name else "building"
