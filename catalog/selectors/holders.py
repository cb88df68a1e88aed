"""Reads of who holds a column: data items of one meaning over all resources, and the source named for each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import overload

from django.db.models import Case, Count, Q, QuerySet, Value, When

from catalog.models import Element, ElementSource, Item, ItemWords, Resource
from catalog.policies import visible
from catalog.selectors.asking import Words
from catalog.selectors.element_sources import sources
from catalog.selectors.words import query_text
from portal.kernel.actors import Actor

_ELEMENT = "element:"


@dataclass(frozen=True, slots=True)
class Holders:
    """Items of one meaning: their element (None: only their name is the same), all there are, the sources named.

    ``items`` are those of one page, ``total`` counts all that were found.
    """

    name: str
    element: Element | None
    items: list[Item]
    total: int
    sources: list[ElementSource]

    def source_departments(self) -> set[int]:
        """Return the departments that answer for the element somewhere."""
        return {source.department_id for source in self.sources}


def holding_items(actor: Actor, words: str = "", *, element: str = "") -> QuerySet[Item]:
    """Return the items whose name, column name or data element holds ``words``, or that are bound to ``element``.

    Only of resources the actor may see, and not of retired ones. Nothing asked finds nothing.
    """
    return Item.objects.filter(_holding(actor, words, element, "words__"))


def holding_words(actor: Actor, words: str = "", *, element: str = "") -> QuerySet[ItemWords]:
    """Return the words of what ``holding_items`` returns: to count and order without reading the items."""
    return ItemWords.objects.filter(_holding(actor, words, element, ""))


def _holding(actor: Actor, words: str, element: str, path: str) -> Q:
    asked = query_text(words)
    if not (asked or element):
        return Q(pk__in=())
    seen = Resource.objects.filter(visible(actor)).exclude(state="retired")
    found = Q(**{f"{path}resource__in": seen})
    if element:
        found &= Q(**{f"{path}meaning": f"{_ELEMENT}{element}"})
    if asked:
        found &= Q(**{f"{path}search_vector": Words(Value(asked))})
    return found


@dataclass(frozen=True, slots=True)
class Placed:
    """An item with the meaning it stands under."""

    item: Item
    meaning: str


class Grouped(Sequence[Placed]):
    """What ``holding_words`` found, in the order of its meanings, each counted: for paging through groups.

    One query counts the meanings, two fetch a page: sorting whole rows to show a few of them took far longer.
    """

    def __init__(self, found: QuerySet[ItemWords]) -> None:
        self._found = found
        counted = found.order_by().values_list("meaning").annotate(n=Count("pk"))
        self.totals: dict[str, int] = dict(counted.order_by("-n", "meaning"))
        self._count = sum(self.totals.values())

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, at: int) -> Placed: ...

    @overload
    def __getitem__(self, at: slice) -> list[Placed]: ...

    def __getitem__(self, at: int | slice) -> Placed | list[Placed]:
        """Fetch the items between two places, joined to what a line prints."""
        if isinstance(at, int):
            return self[at : at + 1][0]
        start, stop, _step = at.indices(self._count)
        wanted, first = self._between(start, stop)
        if not wanted:
            return []
        places = self._found.filter(meaning__in=wanted).order_by(*_order(wanted)).values_list("pk", "meaning")
        meanings = dict(places[start - first : stop - first])
        items = (
            Item.objects.filter(pk__in=meanings)
            .select_related("resource__provider__region", "element")
            .defer("resource__search_vector", "resource__search_title")
            .in_bulk()
        )
        return [Placed(items[pk], meaning) for pk, meaning in meanings.items()]

    def _between(self, start: int, stop: int) -> tuple[list[str], int]:
        """Return the meanings that stand between two places, and the place where the first of them begins."""
        wanted: list[str] = []
        first = at = 0
        for meaning, total in self.totals.items():
            if at < stop and at + total > start:
                first = first if wanted else at
                wanted.append(meaning)
            at += total
        return wanted, first


def _order(meanings: Sequence[str]) -> tuple[Case | str, ...]:
    """Order by a meaning's place; one alone is read in the order of the index, not sorted to show a few of many."""
    if len(meanings) == 1:
        return ("pk",)
    return (Case(*(When(meaning=meaning, then=Value(n)) for n, meaning in enumerate(meanings))), "pk")


def holders(placed: Sequence[Placed], totals: Mapping[str, int]) -> list[Holders]:
    """Return the groups of a page of ``Grouped`` with the sources of their elements (1 query, with elements)."""
    identifiers = {one.item.element.identifier for one in placed if one.item.element is not None}
    named: dict[str, list[ElementSource]] = {}
    for source in sources().filter(identifier__in=identifiers) if identifiers else ():
        named.setdefault(source.identifier, []).append(source)
    groups: list[Holders] = []
    for meaning, several in groupby(placed, key=lambda one: one.meaning):
        items = [one.item for one in several]
        element = items[0].element
        known = named.get(element.identifier, []) if element else []
        groups.append(Holders(str(element or items[0]), element, items, totals[meaning], known))
    return groups
