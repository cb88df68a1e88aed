"""The page of the source register: one source per data element."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalog import policies
from catalog.forms.element_sources import SourceForm
from catalog.models import ElementSource
from catalog.selectors.element_sources import source_lines, sources
from catalog.services.element_sources import end_source, name_source
from catalog.views.detail import catalog_crumbs
from portal.kernel.errors import Invalid, NotAllowed
from portal.web.context import actor_of
from portal.web.fetch import fetch
from portal.web.forms import reason_of
from portal.web.paging import paginate


@login_required
def element_sources(request: HttpRequest) -> HttpResponse:
    """List the sources; a coordinator names one below the list."""
    actor = actor_of(request)
    if not (decision := policies.decide_source(actor, "view", "")):
        raise NotAllowed(decision.reason, code=decision.code)
    form = SourceForm(request.POST or None, actor=actor)
    if request.method == "POST" and form.is_valid():
        try:
            name_source(actor, **form.cleaned_data)
        except Invalid as error:
            form.add_invalid(error)
        else:
            messages.success(request, _("The source is named."))
            return redirect("catalog:element_sources")
    words, with_ended = request.GET.get("q", "").strip()[:200], request.GET.get("ended") == "1"
    page = paginate(request, sources(words, with_ended=with_ended))
    context = {"page": page, "lines": source_lines(actor, list(page)), "words": words, "with_ended": with_ended}
    crumbs = catalog_crumbs(_("One source per data element"))
    context |= {"form": form, "regions": actor.coordinated_regions, "crumbs": crumbs}
    return render(request, "catalog/element_sources.html", context, status=400 if form.errors else 200)


@require_POST
@login_required
def element_source_end(request: HttpRequest, number: int) -> HttpResponse:
    """End a source for a reason."""
    found = fetch(ElementSource.objects.select_related("region", "department"), pk=number)
    try:
        end_source(actor_of(request), source=found, reason=reason_of(request))
    except Invalid as error:
        messages.error(request, str(next(iter(error.fields.values()))[0]))
    else:
        messages.success(request, _("The source is ended."))
    return redirect("catalog:element_sources")
