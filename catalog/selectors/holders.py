"""Reads of who holds a column: data items of one meaning over all resources, and the source named for each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Count, Q, QuerySet, Value
from django.utils.translation import gettext_lazy as _

from catalog.models import Element, ElementSource, Item, ItemWords, Resource
from catalog.policies import visible
from catalog.selectors.asking import Words
from catalog.selectors.element_sources import sources
from catalog.selectors.words import query_text
from portal.kernel.actors import Actor
from portal.kernel.errors import NotFound

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


@dataclass(frozen=True, slots=True)
class Part:
    """A part of what was found: its places, and whether more stand before and after it."""

    placed: list[Placed]
    is_first: bool
    is_last: bool


class Grouped:
    """What ``holding_words`` found, in the order of its meanings, each counted: for walking through the groups.

    One query counts the meanings. A part begins where another ended and is read in the order of the index, meaning by
    meaning: neither a meaning that half the province uses nor a place far down costs more than any other.
    """

    def __init__(self, found: QuerySet[ItemWords]) -> None:
        self._found = found
        counted = found.order_by().values_list("meaning").annotate(n=Count("pk"))
        self.totals: dict[str, int] = dict(counted.order_by("-n", "meaning"))

    def __len__(self) -> int:
        return sum(self.totals.values())

    def part(self, size: int, *, after: int | None = None, before: int | None = None) -> Part:
        """Fetch ``size`` items from the beginning, after an item or before one (by key), joined to what a line prints.

        Raises ``NotFound`` where the item is not among what is found any more, or nothing stands beyond it.
        """
        back = before is not None
        place = after if before is None else before
        # One more than shown, to know whether there are more.
        pairs = self._walk(size + 1, self._meaning_of(place), place, back=back)
        shown, has_more = pairs[:size], len(pairs) > size
        if place is not None and not shown:
            raise NotFound(_("Nothing stands beyond this place of the list."))
        if back:
            shown.reverse()
        return Part(_placed(shown), is_first=not (has_more if back else after), is_last=not (has_more or back))

    def _meaning_of(self, place: int | None) -> str | None:
        if place is None:
            return None
        meaning = self._found.filter(pk=place).values_list("meaning", flat=True).first()
        if meaning not in self.totals:
            raise NotFound(_("The list has changed meanwhile; begin again."))
        return meaning

    def _walk(self, most: int, meaning: str | None, place: int | None, *, back: bool) -> list[tuple[int, str]]:
        """Return keys and meanings from a place on, in the order of the walk (at most 2 queries)."""
        waiting = list(reversed(self.totals)) if back else list(self.totals)
        pairs: list[tuple[int, str]] = []
        if meaning is not None:
            waiting = waiting[waiting.index(meaning) + 1 :]
            rest = self._of(meaning, back=back).filter(**{"pk__lt" if back else "pk__gt": place})
            pairs = list(rest[:most])
        needed: list[QuerySet[ItemWords, tuple[int, str]]] = []
        held = len(pairs)
        for next_one in waiting:
            if held >= most:
                break
            needed.append(self._of(next_one, back=back)[: most - held])
            held += self.totals[next_one]
        if needed:
            first, *others = needed
            order = {one: n for n, one in enumerate(waiting)}
            more = first.union(*others, all=True) if others else first
            pairs += sorted(more, key=lambda pair: (order[pair[1]], -pair[0] if back else pair[0]))
        return pairs[:most]

    def _of(self, meaning: str, *, back: bool) -> QuerySet[ItemWords, tuple[int, str]]:
        return self._found.filter(meaning=meaning).order_by("-pk" if back else "pk").values_list("pk", "meaning")


def _placed(pairs: Sequence[tuple[int, str]]) -> list[Placed]:
    items = (
        Item.objects.filter(pk__in=[pk for pk, _meaning in pairs])
        .select_related("resource__provider__region", "element")
        .defer("resource__search_vector", "resource__search_title")
        .in_bulk()
    )
    return [Placed(items[pk], meaning) for pk, meaning in pairs if pk in items]


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
