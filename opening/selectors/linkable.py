"""Which open editions somebody could join with an edition, and by which items."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, Q

from catalog.data.privacy.roles import OF_A_PERSON, QUASI
from catalog.models import Item, Version
from opening.models import Publication
from opening.policies import open_to_all

#: Amounts, flags, remarks and days say nothing of who or where: equal ones are no link, unless declared as one.
_OF_NOBODY = frozenset({"DE00023", "DE00024", "DE00026", "DE00028"})


@dataclass(frozen=True, slots=True)
class Joined:
    """An open edition with its version and items, and the pairs of column names (ours, theirs) that say the same."""

    edition: Publication
    version: Version
    items: list[Item]
    pairs: list[tuple[str, str]]


def linkable_editions(publication: Publication, items: Sequence[Item]) -> list[Joined]:
    """Return the open editions that share items with this one, where either is about people (2 queries).

    Items say the same when they are one item, are bound to one data element, or are quasi-identifiers of one name.
    """
    elements = {item.element.identifier for item in items if item.element} - _OF_NOBODY
    elements |= {item.element.identifier for item in items if item.element and item.privacy_role == QUASI}
    quasi = {item.code for item in items if item.privacy_role == QUASI}
    alike = Item.objects.filter(
        Q(element__identifier__in=elements)
        | Q(resource_id=publication.resource_id)
        | Q(privacy_role=QUASI, code__in=quasi)
    )
    found = (
        Publication.objects.filter(open_to_all(), items__in=alike, resource__current_version__isnull=False)
        .exclude(pk=publication.pk)
        .select_related("resource__current_version")
        .prefetch_related(Prefetch("items", Item.objects.select_related("element")))
        .order_by("name")
        .distinct()
    )
    if not any(item.privacy_role in OF_A_PERSON for item in items):
        found = found.filter(pk__in=Publication.objects.filter(items__privacy_role__in=OF_A_PERSON).values("pk"))
    return [one for edition in found if (one := _joined(items, edition)) and one.pairs]


def _joined(items: Sequence[Item], edition: Publication) -> Joined | None:
    version, theirs = edition.resource.current_version, list(edition.items.all())
    if version is None:
        return None
    version.resource = edition.resource
    return Joined(edition, version, theirs, list(_pairs(items, theirs)))


def _pairs(ours: Sequence[Item], theirs: Sequence[Item]) -> Iterator[tuple[str, str]]:
    for item in ours:
        other = next((other for other in theirs if _say_the_same(item, other)), None)
        if other is not None:
            yield item.code, other.code


def _say_the_same(item: Item, other: Item) -> bool:
    if item.pk == other.pk:
        return True
    is_quasi = QUASI in {item.privacy_role, other.privacy_role}
    if item.element and other.element:
        same = item.element.identifier == other.element.identifier
        return same and (is_quasi or item.element.identifier not in _OF_NOBODY)
    return item.privacy_role == other.privacy_role == QUASI and item.code == other.code
