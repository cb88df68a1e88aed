"""Finds resources like one resource, and says why: data elements and columns they share, words of their titles."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Exists, OuterRef, QuerySet, Value

from catalog.models import Item, ItemWords, Resource
from catalog.policies import visible
from catalog.selectors.asking import Words
from catalog.selectors.resources import listed
from catalog.selectors.words import title_words
from portal.kernel.actors import Actor

SHOWN = 5
#: What more resources share than this makes none of them alike; it also bounds what is read.
_COMMON_ITEMS = 300
_COMMON_WORDS = 50
_MOST_MEANINGS = 60
_MOST_WORDS = 6
_CANDIDATES = 30
_ELEMENT = "element:"


@dataclass(slots=True)
class Similar:
    """A resource with what it shares with the one looked at; ``elements`` and ``columns`` are items of the latter."""

    resource: Resource
    elements: list[Item] = field(default_factory=list)
    columns: list[Item] = field(default_factory=list)
    words: list[str] = field(default_factory=list)


def similar_resources(actor: Actor, resource: Resource) -> list[Similar]:
    """Return up to five resources that ``actor`` may see and that are most like ``resource`` (4 queries).

    Its provider comes joined with the region. A shared data element weighs 3, a column of the same name 2, a word of
    the title 2.
    """
    seen = Resource.objects.filter(visible(actor)).exclude(pk=resource.pk).exclude(state="retired").order_by()
    own = _own_meanings(resource)
    shared = _by_meaning(seen, own)
    told = _by_words(seen, resource)
    weights: dict[int, int] = defaultdict(int)
    for pk, meanings in shared.items():
        weights[pk] += sum(3 if meaning.startswith(_ELEMENT) else 2 for meaning in meanings)
    for pk, words in told.items():
        weights[pk] += 2 * len(words)
    best = sorted(weights, key=lambda pk: (-weights[pk], -pk))[:SHOWN]
    found = {one.pk: one for one in listed(Resource.objects.filter(pk__in=best))} if best else {}
    return [_similar(found[pk], shared.get(pk, ()), told.get(pk, []), own) for pk in best]


def _similar(resource: Resource, meanings: Iterable[str], words: list[str], own: dict[str, Item]) -> Similar:
    made = Similar(resource, words=words)
    for meaning in sorted(meanings, key=lambda one: own[one].position):
        (made.elements if meaning.startswith(_ELEMENT) else made.columns).append(own[meaning])
    return made


def _own_meanings(resource: Resource) -> dict[str, Item]:
    """Return the item of each meaning of a resource that is not too common to say anything."""
    too_common = ItemWords.objects.filter(meaning=OuterRef("meaning")).order_by()[_COMMON_ITEMS : _COMMON_ITEMS + 1]
    rows = ItemWords.objects.filter(~Exists(too_common), resource=resource).select_related("item")
    return {row.meaning: row.item for row in rows.defer("search_vector").order_by("item__position")[:_MOST_MEANINGS]}


def _by_meaning(seen: QuerySet[Resource], own: dict[str, Item]) -> dict[int, list[str]]:
    if not own:
        return {}
    meanings = ArrayAgg("item_words__meaning", distinct=True)
    found = seen.filter(item_words__meaning__in=list(own)).values_list("pk")
    rows = found.annotate(meanings=meanings, n=Count("item_words__meaning", distinct=True)).order_by("-n", "-pk")
    return {pk: shared for pk, shared, _n in rows[:_CANDIDATES]}


def _by_words(seen: QuerySet[Resource], resource: Resource) -> dict[int, list[str]]:
    """Return what other titles share with the title, but for words that stand in very many of them (1 query)."""
    place = set(title_words(resource.provider.region.name_zh))
    own = [word for word in title_words(resource.title_zh) if word not in place]
    words = sorted(own, key=len, reverse=True)[:_MOST_WORDS]
    if not words:
        return {}
    several = [
        seen.filter(search_vector=Words(Value(f"'{word}':A")))
        .annotate(at=Value(at))
        .values_list("pk", "at")[: _COMMON_WORDS + 1]
        for at, word in enumerate(words)
    ]
    hits: dict[int, list[int]] = defaultdict(list)
    for pk, at in several[0].union(*several[1:], all=True) if several[1:] else several[0]:
        hits[at].append(pk)
    found: dict[int, list[str]] = defaultdict(list)
    for at, resources in sorted(hits.items()):
        if len(resources) <= _COMMON_WORDS:
            for pk in resources:
                found[pk].append(words[at])
    return dict(found)
