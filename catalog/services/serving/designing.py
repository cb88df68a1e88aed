"""What the serving table of a version is made of: indexes by choice and by questions, rows ready as JSON."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from django.conf import settings

from catalog.data.engines.ready import is_storable
from catalog.data.plan import DeliveryPlan, PlanColumn
from catalog.data.schema import Column, columns_from_json
from catalog.data.serving import Design, columns_to_index, columns_to_order, columns_to_search
from catalog.models import Resource, ServingChoice, ServingTable, Version
from catalog.selectors.questions import Earned, earned_indexes
from catalog.selectors.serving import plans_served

_MOST_READY = 3


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """The version to serve, the table it should have, the indexes of it that questions earned, and the hash of all."""

    version: Version
    design: Design
    earned: Earned
    digest: str


def wanted_table(resource: Resource) -> Wanted | None:
    """Say what table a resource should have now, read with its current version; None where it should have none.

    A version of more rows than `SERVING_MOST_ROWS` gets an index of its rows, if there is a column to find them by;
    one of more than `SERVING_INDEX_MOST_ROWS` stays with its files.
    """
    version = resource.current_version
    if version is None or version.deleted_at is not None or resource.state in {"suspended", "retired"}:
        return None
    if version.row_count > max(settings.SERVING_MOST_ROWS, settings.SERVING_INDEX_MOST_ROWS):
        return None
    plans = plans_served(resource.pk)
    if not plans:
        return None
    columns = columns_from_json(version.columns)
    standing = ServingTable.objects.filter(version__resource=resource).order_by("-pk").first()
    earned = earned_indexes(resource.pk, columns, Earned.from_json(standing.earned if standing else {}))
    choice = ServingChoice.objects.filter(resource=resource).first() or ServingChoice(resource=resource)
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
