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
from portal.kernel.errors import Invalid
from portal.web.context import actor_of

_ITEMS_A_PAGE = 30
#: Of the largest key there can be.
_DIGITS = 18


@login_required
def columns(request: HttpRequest) -> HttpResponse:
    """Find data items by words or by their data element, in every resource the reader may see."""
    actor = actor_of(request)
    words, element = request.GET.get("q", "").strip()[:LONGEST_QUERY], request.GET.get("element", "").strip()[:40]
    found = Grouped(holding_words(actor, words, element=element))
    part = found.part(_ITEMS_A_PAGE, after=_place(request, "after"), before=_place(request, "before"))
    context = {
        "part": part,
        "count": len(found),
        "groups": [_shown(actor, group) for group in holders(part.placed, found.totals)],
        "words": words,
        "element": element,
        "has_query": bool(words or element),
        "crumbs": catalog_crumbs(_("Who has this column?")),
    }
    return render(request, "catalog/columns.html", context)


def _place(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > _DIGITS:
        raise Invalid(fields={name: [_("This is no place in the list.")]}, code="invalid_parameter")
    return int(text)


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
