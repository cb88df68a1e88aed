"""The page where the items of a resource are bound to data elements, one by one or all at once."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog import policies
from catalog.models import Element
from catalog.selectors.amendments import work_of
from catalog.selectors.mapping import MappingLine, mapping_lines
from catalog.selectors.standards import elements_in_force
from catalog.services.bindings import bind_items, decline_elements
from catalog.views.detail import detail_context, resource_of, url_of
from portal.kernel.errors import Invalid
from portal.web.context import actor_of


@login_required
def mapping(request: HttpRequest, code: str) -> HttpResponse:
    """Show which data element each item is or may be; a POST accepts, declines, frees or chooses."""
    found = resource_of(request, code)
    may_bind = bool(policies.decide(actor_of(request), "edit", found))
    published = found.items.select_related("element").order_by("position", "pk")
    lines = mapping_lines(found, work_of(found).items if may_bind else list(published))
    if request.method == "POST":
        _do(request, lines, code)
        return redirect(url_of(found, "mapping"))
    context = {
        "lines": lines,
        "bound": sum(line.item.element_id is not None for line in lines),
        "suggested": sum(bool(line.suggestions) for line in lines),
        "may_bind": may_bind,
        "elements": elements_in_force().order_by("identifier") if may_bind else [],
    }
    return render(request, "catalog/mapping.html", detail_context(request, found, "mapping") | context)


def _do(request: HttpRequest, lines: list[MappingLine], code: str) -> None:
    """Do what the pressed button says: ``accept_all``, ``decline_all``, or one ``<column>:<element>`` of a kind."""
    actor, resource = actor_of(request), resource_of(request, code)
    first = {line.item.code: line.suggestions[0].element for line in lines if line.suggestions}
    if "accept_all" in request.POST:
        count = len(bind_items(actor, resource=resource, bindings=first))
    elif "decline_all" in request.POST:
        shown = [(line.item.code, found.element) for line in lines for found in line.suggestions]
        count = decline_elements(actor, resource=resource, declined=shown)
    elif "decline" in request.POST:
        column, element = _pair(request.POST["decline"])
        count = decline_elements(actor, resource=resource, declined=[(column, element)] if element else [])
    else:
        column, element = _pair(
            request.POST.get("bind") or f"{request.POST.get('column')}:{request.POST.get('element')}"
        )
        count = len(bind_items(actor, resource=resource, bindings={column: element}))
    messages.success(request, ngettext("%(count)s item changed.", "%(count)s items changed.", count) % {"count": count})


def _pair(text: str) -> tuple[str, Element | None]:
    """Read ``<column>:<identifier>``; an empty identifier frees the item."""
    column, _colon, identifier = text.partition(":")
    if not identifier:
        return column, None
    element = elements_in_force().filter(identifier=identifier).first()
    if element is None:
        raise Invalid(_("Choose a data element in force."), fields={"element": [_("Unknown.")]})
    return column, element
