"""The search page of open data."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalog.selectors.facets import Facet
from opening.filters import SearchQuestion, read_search
from opening.selectors import SORTS, Search, search_editions, themes_with_counts
from portal.kernel.errors import Text
from portal.web.paging import paginate

PER_PAGE = 20
#: Values shown of one facet; the rest is reached by searching.
SHOWN = 16


@dataclass(frozen=True)
class Suggestion:
    """A wider search that does find something."""

    label: Text
    url: str
    count: int


@require_safe
def dataset_list(request: HttpRequest) -> HttpResponse:
    """Search open data: words and facets in the address, results with counts."""
    asked = read_search(request)
    found = search_editions(words=asked.words, chosen=asked.chosen, sort=asked.sort)
    page = paginate(request, found.results, PER_PAGE)
    context = {
        "asked": asked,
        "found": found,
        "page": page,
        "facets": [facet.trimmed(SHOWN) for facet in found.facets if _is_useful(facet)],
        "chips": _chips(request, asked, found),
        "sorts": _sorts(request, asked),
        "kept": [("sort", asked.sort)] if asked.sort else [],
        "kept_facets": [(name, value) for name, values in asked.chosen.items() for value in values],
    }
    if not found.total:
        context |= {"suggestions": _suggestions(asked), "themes": themes_with_counts()}
    return render(request, "opening/dataset_list.html", context)


def _is_useful(facet: Facet) -> bool:
    """Say whether choosing a value would change anything: a facet with one value for all results would not."""
    return len(facet.options) > 1 or any(option.is_selected for option in facet.options)


def _url(request: HttpRequest, *, leave_out: tuple[str, str] | None = None, **changes: str | None) -> str:
    """Return the address of this search with a value left out and other keys changed (None removes a key)."""
    params = request.GET.copy()
    params.pop("page", None)
    if leave_out is not None:
        name, value = leave_out
        params.setlist(name, [kept for kept in params.getlist(name) if kept != value])
    for name, changed in changes.items():
        params.pop(name, None)
        if changed:
            params[name] = changed
    query = params.urlencode()
    return f"{request.path}?{query}" if query else request.path


def _chips(request: HttpRequest, asked: SearchQuestion, found: Search) -> list[tuple[Text, str]]:
    chips: list[tuple[Text, str]] = [(f"“{asked.words}”", _url(request, q=None))] if asked.words else []
    return chips + [(label, _url(request, leave_out=(name, value))) for name, value, label in found.chosen]


def _sorts(request: HttpRequest, asked: SearchQuestion) -> list[tuple[Text, str, bool]]:
    now = asked.sort or ("relevance" if asked.words else "updated")
    offered = [key for key in SORTS if key != "relevance" or asked.words]
    return [(SORTS[key], _url(request, sort=key), key == now) for key in offered]


def _suggestions(asked: SearchQuestion) -> list[Suggestion]:
    """Offer the words without filters and the filters without words, each with what it finds (4 queries)."""
    if not (asked.words and asked.chosen):
        return []
    by_words = search_editions(words=asked.words).total
    by_filters = search_editions(chosen=asked.chosen).total
    offered = [
        Suggestion(
            _("Search for “%(words)s” without filters") % {"words": asked.words}, _address(q=asked.words), by_words
        ),
        Suggestion(_("Keep the filters, leave the words out"), _address(**asked.chosen), by_filters),
    ]
    return [suggestion for suggestion in offered if suggestion.count]


def _address(**params: str | list[str]) -> str:
    return f"/dataset/?{urlencode(params, doseq=True)}"
