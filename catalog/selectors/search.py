"""The one search of the catalogue: words, pinyin, exact titles first, facets with counts.

The public side uses it too: it passes its own base queryset and the ``path`` from its rows to the resource.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import SearchRank
from django.db.models import BooleanField, Case, F, Func, IntegerField, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from catalog.selectors.asking import Words, asked_text
from catalog.selectors.facets import Facet, FacetSpec, count_facets, resource_facets, with_choices
from catalog.selectors.words import normalized
from portal.kernel.errors import Invalid, Text


class _Among(Func):
    """The condition that a key is one of an array's."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    arity = 2
    output_field = BooleanField()


class KnownLength(Sequence[Any]):
    """Results whose number the facets have counted already: for paging without another count.

    ``rows`` are the same results joined to what a line prints. A page joins only its own rows, chosen by their keys
    (1 query): sorting joined rows to show a few of them took far longer.
    """

    def __init__(self, results: QuerySet[Any], rows: QuerySet[Any], total: int) -> None:
        self._results, self._rows, self._total = results, rows, total

    def __len__(self) -> int:
        return self._total

    def __getitem__(self, at: Any) -> Any:
        if isinstance(at, int):
            return self[at : at + 1][0]
        # An array is filled once and looked up by key; with a plain IN the planner joins everything first.
        return list(self._rows.filter(_Among("pk", ArraySubquery(self._results.values("pk")[at]))))


@dataclass(frozen=True)
class Found:
    """What a search gives: ``results`` in order (not yet fetched), facets, the number of results."""

    results: QuerySet[Any]
    facets: list[Facet]
    total: int

    def chosen_labels(self) -> list[tuple[str, str, Text]]:
        """Return (facet name, value, label) of every value chosen."""
        return [(f.name, o.value, o.label) for f in self.facets for o in f.options if o.is_selected]


#: A word that so many rows hold ranks none above another; the day does.
RANKED_UP_TO = 2000
SORTS: dict[str, Text] = {
    "relevance": _("Best match"),
    "-published": _("Newest first"),
    "title": _("By name"),
}


def search(
    base: QuerySet[Any],
    *,
    words: str = "",
    chosen: Mapping[str, Sequence[str]] | None = None,
    facets: Sequence[FacetSpec] | None = None,
    path: str = "",
    sort: str = "",
) -> Found:
    """Search ``base``, which the caller has narrowed to what may be seen.

    ``words`` are ANDed, the last may be a beginning; Chinese, pinyin and initials all work, and the labels of codes
    find what is bound to their code set. ``chosen`` maps a facet to its values: ORed within, ANDed between. ``sort``
    is a key of ``SORTS``. 2 queries when evaluated: one for facets and total, one for the page; with words one more.
    Raises ``Invalid`` for an unknown sort or a value that no facet can have.
    """
    specs = facets if facets is not None else resource_facets(path)
    if sort and sort not in SORTS:
        raise Invalid(_("There is no such order."), fields={"sort": [_("Unknown order.")]})
    asked = asked_text(words)
    matched = _with_text(base, asked, path)
    results = with_choices(matched, specs, chosen or {})
    counted, total = count_facets(matched, specs, chosen or {})
    return Found(_ordered(results, words, asked, path, sort, is_ranked=total <= RANKED_UP_TO), counted, total)


def with_words(base: QuerySet[Any], words: str, path: str = "") -> QuerySet[Any]:
    """Narrow ``base`` to the rows whose index holds all ``words``; nothing to search for narrows nothing."""
    return _with_text(base, asked_text(words), path)


def _with_text(base: QuerySet[Any], asked: str, path: str) -> QuerySet[Any]:
    return base.filter(**{f"{path}search_vector": Words(Value(asked))}) if asked else base


def _ordered(results: QuerySet[Any], words: str, asked: str, path: str, sort: str, *, is_ranked: bool) -> QuerySet[Any]:
    """Order results: exact titles, titles that begin so, titles that hold it, then by rank and day."""
    newest = F(f"{path}published_at").desc(nulls_last=True)
    if sort == "title":
        return results.order_by(f"{path}title_zh", "pk")
    if sort == "-published" or not asked:
        return results.order_by(newest, "-pk")
    title = normalized(words)
    exact = Case(
        When(**{f"{path}search_title__contains": f"\n{title}\n"}, then=Value(0)),
        When(**{f"{path}search_title__contains": f"\n{title}"}, then=Value(1)),
        When(**{f"{path}search_title__contains": title}, then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    if not is_ranked:
        titled: QuerySet[Any] = results.annotate(_exact=exact)
        return titled.order_by("_exact", newest, "-pk")
    rank = SearchRank(F(f"{path}search_vector"), Words(Value(asked)))
    ranked: QuerySet[Any] = results.annotate(_exact=exact, _rank=rank)
    return ranked.order_by("_exact", "-_rank", newest, "-pk")
