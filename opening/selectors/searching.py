"""Search of open editions: the catalogue's one search over the editions' own texts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from catalog.models import FORMATS, UPDATE_CYCLES
from catalog.selectors.search import Facet, FacetSpec, search
from opening.models import Publication
from opening.policies import open_to_all
from opening.selectors.datasets import PARTS
from portal.kernel.errors import Invalid, Text

SORTS: dict[str, Text] = {
    "relevance": _("Best match"),
    "updated": _("Data renewed last"),
    "published": _("Newest first"),
    "title": _("By name"),
}
_CATALOG_SORTS = {"": "", "relevance": "", "updated": "", "published": "-published", "title": "title"}
FACETS: tuple[FacetSpec, ...] = (
    FacetSpec(
        "organization",
        _("Organization"),
        "resource__provider__slug",
        labels=("resource__provider__name_zh", "resource__provider__name_en"),
    ),
    FacetSpec(
        "region",
        _("Region"),
        "resource__provider__region_id",
        labels=("resource__provider__region__name_zh", "resource__provider__region__name_en"),
    ),
    FacetSpec(
        "theme", _("Theme"), "resource__theme__slug", labels=("resource__theme__name_zh", "resource__theme__name_en")
    ),
    FacetSpec("format", _("Kind of source"), "resource__format", FORMATS),
    FacetSpec("cycle", _("Update frequency"), "resource__update_cycle", UPDATE_CYCLES),
    FacetSpec("license", _("License"), "license_id", labels=("license__title_zh", "license__title_en")),
)


@dataclass(frozen=True)
class Search:
    """What a search of open editions gives; ``results`` is not fetched yet."""

    results: QuerySet[Publication]
    facets: list[Facet]
    total: int
    chosen: list[tuple[str, str, Text]]


def search_editions(*, words: str = "", chosen: Mapping[str, Sequence[str]] | None = None, sort: str = "") -> Search:
    """Search what the public may read: words, pinyin, initials; facets are ORed within and ANDed between.

    2 queries when evaluated. Raises ``Invalid`` for an unknown ``sort`` or facet value.
    """
    if sort not in _CATALOG_SORTS:
        raise Invalid(
            _("The parameter “sort” does not know the order “%(value)s”.") % {"value": sort[:40]},
            fields={"sort": [_("Unknown order.")]},
        )
    base = Publication.objects.filter(open_to_all())
    found = search(base, words=words, chosen=chosen, facets=FACETS, sort=_CATALOG_SORTS[sort])
    results = found.results.select_related(*PARTS)
    if sort == "updated" or not (sort or words):
        results = results.order_by(F("resource__current_version__created_at").desc(nulls_last=True), "name")
    return Search(results, found.facets, found.total, found.chosen_labels())
