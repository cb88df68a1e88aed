"""What the serving table of a version is made of: indexes by choice and by questions, rows ready as JSON."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings

from catalog.data.engines.ready import is_storable
from catalog.data.plan import DeliveryPlan, PlanColumn
from catalog.data.schema import Column, columns_from_json
from catalog.data.serving import Design, columns_to_index, columns_to_order, columns_to_search
from catalog.models import Resource, ServingChoice, ServingTable, Version
from catalog.selectors.questions import Earned, Questions, earned_indexes, questions_asked
from catalog.selectors.serving import plans_served

_MOST_READY = 3


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """The version to serve, the table it should have, the indexes of it that questions earned, and the hash of all."""

    version: Version
    design: Design
    earned: Earned
    digest: str


def wanted_tables(resources: Iterable[Resource]) -> dict[int, Wanted]:
    """Say what table each of the resources should have now, read with their current versions; none stands for none.

    A version of more rows than `SERVING_MOST_ROWS` gets an index of its rows, if there is a column to find them by;
    one of more than `SERVING_INDEX_MOST_ROWS` stays with its files. As many queries for many as for one.
    """
    possible = {resource.pk: resource for resource in resources if _has_rows_to_serve(resource)}
    plans, asked = plans_served(possible), questions_asked(possible)
    choices = {choice.resource_id: choice for choice in ServingChoice.objects.filter(resource__in=possible)}
    of_resources = ServingTable.objects.filter(version__resource__in=possible).order_by("pk")
    standing = dict(of_resources.values_list("version__resource_id", "earned"))
    found = {}
    for pk, resource in possible.items():
        choice = choices.get(pk) or ServingChoice(resource=resource)
        wanted = _wanted(resource, choice, plans[pk], asked[pk], Earned.from_json(standing.get(pk, {})))
        if wanted is not None:
            found[pk] = wanted
    return found


def _has_rows_to_serve(resource: Resource) -> bool:
    version = resource.current_version
    if version is None or version.deleted_at is not None or resource.state in {"suspended", "retired"}:
        return False
    return version.row_count <= max(settings.SERVING_MOST_ROWS, settings.SERVING_INDEX_MOST_ROWS)


def _wanted(
    resource: Resource, choice: ServingChoice, plans: list[DeliveryPlan], asked: Questions, standing: Earned
) -> Wanted | None:
    version = resource.current_version
    if version is None or not plans:
        return None
    columns = columns_from_json(version.columns)
    earned = earned_indexes(asked, columns, standing)
    is_index = version.row_count > settings.SERVING_MOST_ROWS
    design = Design(
        columns=columns,
        indexed=columns_to_index(columns, [*choice.columns, *earned.indexed]),
        falling=columns_to_order(columns, earned.falling),
        searched=columns_to_search(columns, [*choice.searched, *earned.searched]),
        is_searched=choice.is_searched and not is_index,
        is_index=is_index,
        ready=() if is_index else _ready(plans, columns),
    )
    if is_index and not design.held:
        return None
    return Wanted(version=version, design=design, earned=earned, digest=_digest(version, design))


def _ready(plans: list[DeliveryPlan], columns: tuple[Column, ...]) -> tuple[tuple[PlanColumn, ...], ...]:
    """Choose the rows that are kept ready: those of the plans that ask for most columns."""
    names = {column.name for column in columns}
    found = {}
    for plan in plans:
        if is_storable(plan) and {item.name for item in plan.columns} <= names:
            found[_text(plan)] = plan.delivered
    return tuple(sorted(found.values(), key=lambda one: (-len(one), str(one)))[:_MOST_READY])


def _text(plan: DeliveryPlan) -> str:
    return json.dumps([item.to_json() for item in plan.delivered], sort_keys=True)


def _digest(version: Version, design: Design) -> str:
    parts = [version.sha256, design.indexed, design.falling, design.searched, design.is_searched, design.is_index]
    parts.append(sorted(design.ready_names))
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
