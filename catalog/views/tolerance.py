"""The page on which an officer sets how many rows the files of a resource may leave out."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from catalog.forms.uploads import ToleranceForm
from catalog.services.uploads import set_tolerance
from catalog.views.detail import detail_context, url_of
from catalog.views.editing import draft_of
from catalog.views.sources import crumbs_to_source
from portal.web.context import actor_of


@login_required
def tolerance(request: HttpRequest, code: str) -> HttpResponse:
    """Set how many rows may be left out where a file says nothing."""
    resource = draft_of(request, code, "upload")
    form = ToleranceForm(request.POST or None, initial={"tolerance": resource.tolerance})
    if form.is_valid():
        set_tolerance(actor_of(request), resource=resource, **form.cleaned_data)
        messages.success(request, _("Saved. It counts from the next file on."))
        return redirect(url_of(resource, "sources"))
    page = detail_context(request, resource, "sources") | {"form": form}
    page["crumbs"] = crumbs_to_source(resource, (_("Rows that may be left out"), ""))
    return render(request, "catalog/tolerance.html", page, status=400 if form.errors else 200)
