"""Lists: the internal catalogue with its search, one's own department's resources, their export."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone

from catalog import filters, selectors
from catalog.models import Resource
from catalog.policies import decide_register, departments_to_register_for
from catalog.policies.handovers import decide_see_hand_overs
from catalog.selectors.export import CONTENT_TYPES, export_rows, render_rows
from catalog.selectors.quality import with_lateness
from portal.kernel.errors import NotFound
from portal.web.context import actor_of
from portal.web.paging import paginate

#: Values shown of one facet; the words of the search find the rest.
_VALUES_OF_A_FACET = 40


@login_required
def resources(request: HttpRequest) -> HttpResponse:
    """Search the catalogue: words, facets, order."""
    actor = actor_of(request)
    opens = {"assets": bool(decide_register(actor)), "handovers": bool(decide_see_hand_overs(actor))}
    context = _search(request, selectors.resources(actor)) | {"opens": opens}
    return render(request, "catalog/resources.html", context)


@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """Show the resources of the reader's departments, in every state."""
    actor = actor_of(request)
    base = selectors.resources(actor).filter(provider_id__in=actor.departments())
    context = _search(request, base)
    return render(
        request, "catalog/mine.html", context | {"may_register": _may_register(request), "shows_amendments": True}
    )


@login_required
def export(request: HttpRequest, form: str) -> StreamingHttpResponse:
    """Send the list that a search gives, as CSV or XLSX."""
    if form not in CONTENT_TYPES:
        raise NotFound
    specs = filters.office_facets()
    query = filters.read_list(request.GET, specs)
    base = selectors.resources(actor_of(request))
    found = selectors.with_choices(selectors.with_words(with_lateness(base), query.words), specs, query.chosen)
    name = f"catalog-{timezone.localdate():%Y%m%d}.{form}"
    return StreamingHttpResponse(
        render_rows(export_rows(found), form),
        content_type=CONTENT_TYPES[form],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _may_register(request: HttpRequest) -> bool:
    return departments_to_register_for(actor_of(request)).exists()


def _search(request: HttpRequest, base: QuerySet[Resource]) -> dict[str, Any]:
    specs = filters.office_facets()
    query = filters.read_list(request.GET, specs)
    found = selectors.search(with_lateness(base), words=query.words, chosen=query.chosen, facets=specs, sort=query.sort)
    return {
        "query": query,
        "facets": [facet.trimmed(_VALUES_OF_A_FACET) for facet in found.facets],
        "total": found.total,
        "chips": filters.chips(found, request.GET),
        "page": paginate(request, selectors.KnownLength(found.results, selectors.listed(found.results), found.total)),
        "sorts": selectors.SORTS.items(),
        "has_query": bool(query.words or query.chosen),
    }
