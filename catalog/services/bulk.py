"""Expands a bulk edit into what it asks of each chosen resource."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_noop

from catalog.models import Item, Resource
from catalog.selectors.amendments import work_of
from catalog.services.imports import Asked
from portal.audit.wording import Wording


def bulk_lines(
    resources: Sequence[Resource], *, fields: Mapping[str, Any], item_values: Mapping[str, Any], only: Mapping[str, Any]
) -> list[Asked]:
    """Return a line for each resource: ``fields`` for it, ``item_values`` for those of its items that ``only`` names.

    ``only`` may hold ``name`` (a part of the item's name or its column name), ``type``, ``grade``, ``sharing_type``.
    """
    lines = []
    for at, resource in enumerate(resources, start=1):
        items = [item for item in work_of(resource).items if item_values and _fits(item, only)]
        lines.append(
            Asked(
                line=at,
                title=resource.title_zh,
                code=resource.code,
                provider=resource.provider,
                resource=resource,
                fields=dict(fields),
                items=[{"code": item.code, **item_values} for item in items] or None,
            )
        )
    return lines


def bulk_name(lines: Sequence[Asked]) -> Wording:
    """Return how the batch of a bulk edit is called, in every reader's language."""
    return Wording(gettext_noop("Bulk edit of resources: %(count)s"), count=len(lines))


def _fits(item: Item, only: Mapping[str, Any]) -> bool:
    part = str(only.get("name") or "").casefold()
    named = part in item.name_zh.casefold() or part == item.code.casefold()
    return named and all(
        getattr(item, name) == only[name]
        for name in ("type", "grade", "sharing_type")
        if only.get(name) not in {None, ""}
    )
