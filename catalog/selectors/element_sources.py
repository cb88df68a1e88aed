"""Reads of the source register: who answers for a data element, and which items are collected a second time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from catalog.models import AssetSheet, Element, ElementSource, Item, Resource
from catalog.policies import visible
from portal.accounts.models import Department, Region
from portal.kernel.actors import Actor


def sources(words: str = "", *, with_ended: bool = False) -> QuerySet[ElementSource]:
    """Return the register: current sources, those that ended too if asked (1 query)."""
    found = ElementSource.objects.select_related("region", "department", "resource", "named_by")
    if not with_ended:
        found = found.filter(ended_on=None)
    for word in words.split():
        known = Element.objects.filter(Q(name_zh__icontains=word) | Q(name_en__icontains=word)).values("identifier")
        found = found.filter(
            Q(identifier__icontains=word) | Q(identifier__in=known) | Q(department__name_zh__icontains=word)
        )
    return found


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One entry of the register with the element's names, how many departments hold it, and the resource if seen."""

    source: ElementSource
    element: Element | None
    holders: int
    shows_resource: bool


def source_lines(actor: Actor, found: Sequence[ElementSource]) -> list[SourceLine]:
    """Return the lines of a page of the register (3 queries)."""
    identifiers = {one.identifier for one in found}
    elements = {one.identifier: one for one in Element.objects.filter(identifier__in=identifiers).order_by("version")}
    held = set(
        Item.objects.filter(element__identifier__in=identifiers)
        .exclude(resource__state__in=("draft", "retired"))
        .order_by()
        .values_list("element__identifier", "resource__provider_id")
        .distinct()
    )
    ids = [one.resource_id for one in found if one.resource_id]
    seen = set(Resource.objects.filter(visible(actor), pk__in=ids).values_list("pk", flat=True))
    return [
        SourceLine(
            one,
            elements.get(one.identifier),
            sum(identifier == one.identifier for identifier, _department in held),
            one.resource_id in seen,
        )
        for one in found
    ]


def sources_for(department: Department, identifiers: Iterable[str]) -> dict[str, ElementSource]:
    """Return the source that holds for a department: the one named nearest above its region (2 queries)."""
    order = {code: at for at, code in enumerate(_upwards(department.region))}
    found: dict[str, ElementSource] = {}
    for one in sources().filter(identifier__in=set(identifiers), region__in=order):
        known = found.get(one.identifier)
        if known is None or order[one.region_id] < order[known.region_id]:
            found[one.identifier] = one
    return found


def _upwards(region: Region) -> list[str]:
    codes: list[str] = []
    at: Region | None = region
    while at is not None:
        codes.append(at.code)
        at = at.parent
    return codes


@dataclass(frozen=True, slots=True)
class Recollection:
    """An item whose element has its source elsewhere: sharing supplies it, so collecting it needs a justification."""

    item: Item
    source: ElementSource


def collected_again(resource: Resource, items: Sequence[Item]) -> list[Recollection]:
    """Return the items that collect what another department is the source of (Order 809 art 19).

    An item declared as made from the source's data is no second collection.
    """
    identifiers = {item.element.identifier: item for item in items if item.element is not None}
    if not identifiers:
        return []
    named = sources_for(resource.provider, identifiers)
    origins = {(row.source.provider_id, row.target_item_id) for row in resource.made_from.select_related("source")}
    return [
        Recollection(item, source)
        for item in items
        if item.element is not None
        and (source := named.get(item.element.identifier)) is not None
        and source.department_id != resource.provider_id
        and not origins & {(source.department_id, None), (source.department_id, item.pk)}
    ]


def why_again(resource: Resource) -> str:
    """Return the justification the provider gave for collecting again."""
    sheet = AssetSheet.objects.filter(resource=resource).first()
    return sheet.collect_again_reason if sheet else ""
