"""Search of open editions: the catalogue's one search over the editions' own texts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import overload

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from catalog.models import FORMATS, UPDATE_CYCLES
from catalog.selectors.facets import Facet, FacetSpec, Named, provider_facet, region_facet, theme_facet
from catalog.selectors.search import Found, search
from opening.models import DataLicense, Publication
from opening.policies import open_to_all
from opening.selectors.datasets import open_editions
from opening.selectors.kept import kept
from portal.kernel.errors import Invalid, Text

SORTS: dict[str, Text] = {
    "relevance": _("Best match"),
    "updated": _("Data renewed last"),
    "published": _("Newest first"),
    "title": _("By name"),
}
_CATALOG_SORTS = {"": "", "relevance": "", "updated": "", "published": "-published", "title": "title"}
_LICENSES = DataLicense.objects.order_by().values_list("pk", "code", "title_zh", "title_en")
FACETS: tuple[FacetSpec, ...] = (
    provider_facet("organization", _("Organization"), "resource__"),
    region_facet("resource__"),
    theme_facet("resource__"),
    FacetSpec("format", _("Kind of source"), "resource__format", FORMATS),
    FacetSpec("cycle", _("Update frequency"), "resource__update_cycle", UPDATE_CYCLES),
    FacetSpec("license", _("License"), "license_id", named=Named("license_id", _LICENSES)),
)


@dataclass(frozen=True)
class Rows(Sequence[Publication]):
    """The results in their order, read page by page: ids from the kept order, rows always anew under the policy."""

    find: Callable[[], QuerySet[Publication]]
    question: list[object]
    total: int

    def __len__(self) -> int:
        return self.total

    @overload
    def __getitem__(self, wanted: int) -> Publication: ...

    @overload
    def __getitem__(self, wanted: slice) -> list[Publication]: ...

    def __getitem__(self, wanted: int | slice) -> Publication | list[Publication]:
        if isinstance(wanted, int):
            return self[wanted : wanted + 1][0]
        ids = kept(
            "ids",
            [*self.question, wanted.start, wanted.stop],
            lambda: [str(pk) for pk in self.find().values_list("pk", flat=True)[wanted]],
        )
        rows = {str(row.pk): row for row in open_editions().filter(pk__in=ids)}
        return [rows[pk] for pk in ids if pk in rows]


@dataclass(frozen=True)
class Search:
    """What a search of open editions gives; ``results`` is not fetched yet."""

    results: Rows
    facets: list[Facet]
    total: int
    chosen: list[tuple[str, str, Text]]


def search_editions(*, words: str = "", chosen: Mapping[str, Sequence[str]] | None = None, sort: str = "") -> Search:
    """Search what the public may read: words, pinyin, initials; facets are ORed within and ANDed between.

    3 queries when evaluated, 1 when the same was asked within a minute.
    Raises ``Invalid`` for an unknown ``sort`` or facet value.
    """
    if sort not in _CATALOG_SORTS:
        raise Invalid(
            _("The parameter “sort” does not know the order “%(value)s”.") % {"value": sort[:40]},
            fields={"sort": [_("Unknown order.")]},
        )
    question: list[object] = [words, {name: sorted(values) for name, values in (chosen or {}).items()}, sort]
    found = cache(lambda: _found(words, chosen, sort))
    facets, total, labels = kept(
        "facets", question[:2], lambda: (found().facets, found().total, found().chosen_labels())
    )
    return Search(Rows(lambda: _ordered(found().results, words, sort), question, total), facets, total, labels)


def _found(words: str, chosen: Mapping[str, Sequence[str]] | None, sort: str) -> Found:
    base = Publication.objects.filter(open_to_all())
    return search(base, words=words, chosen=chosen, facets=FACETS, sort=_CATALOG_SORTS[sort])


def _ordered(results: QuerySet[Publication], words: str, sort: str) -> QuerySet[Publication]:
    if sort == "updated" or not (sort or words):
        return results.order_by(F("resource__current_version__created_at").desc(nulls_last=True), "name")
    return results
