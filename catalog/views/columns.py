"""The page that answers who holds a column: data items of one meaning, with whom to ask for them."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from catalog.filters import LONGEST_QUERY
from catalog.selectors.holders import Grouped, Holders, holders, holding_words
from catalog.views.detail import ask_url, catalog_crumbs
from portal.kernel.actors import Actor
from portal.web.context import actor_of
from portal.web.paging import paginate

_ITEMS_A_PAGE = 30


@login_required
def columns(request: HttpRequest) -> HttpResponse:
    """Find data items by words or by their data element, in every resource the reader may see."""
    actor = actor_of(request)
    words, element = request.GET.get("q", "").strip()[:LONGEST_QUERY], request.GET.get("element", "").strip()[:40]
    found = Grouped(holding_words(actor, words, element=element))
    page = paginate(request, found, _ITEMS_A_PAGE)
    groups = [_shown(actor, group) for group in holders(list(page), found.totals)]
    context = {"page": page, "groups": groups, "words": words, "element": element, "has_query": bool(words or element)}
    context["crumbs"] = catalog_crumbs(_("Who has this column?"))
    return render(request, "catalog/columns.html", context)


def _shown(actor: Actor, group: Holders) -> dict[str, Any]:
    """Return a group with its lines: item, whether its department is the source, where to ask for it."""
    named = group.source_departments()
    lines = [
        {
            "item": item,
            "is_source": item.resource.provider_id in named,
            "ask_url": ask_url(actor, item.resource),
        }
        for item in group.items
    ]
    return {"group": group, "lines": lines}
