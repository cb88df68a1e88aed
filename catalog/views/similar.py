"""The page of resources like one resource; its list alone, where the resource's own page asks for it by htmx."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from catalog.selectors.similar import similar_resources
from catalog.views.detail import detail_context, resource_of, title_of
from portal.web.context import actor_of
from portal.web.responses import is_htmx


@login_required
def similar(request: HttpRequest, code: str) -> HttpResponse:
    """Show what the reader may see that is most like a resource, and what they share."""
    found = resource_of(request, code)
    context = {"similar": similar_resources(actor_of(request), found)}
    if is_htmx(request):
        return render(request, "catalog/_similar.html", context)
    crumbs = {"crumbs": [(title_of(found), found.get_absolute_url()), (_("Similar resources"), "")]}
    return render(request, "catalog/similar.html", detail_context(request, found, "") | crumbs | context)
