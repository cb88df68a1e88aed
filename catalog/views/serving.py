"""The page of how a resource is served: its table, its indexes, what went wrong, and building it anew."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalog import policies
from catalog.forms.serving import ServingForm
from catalog.messages import message
from catalog.selectors.serving import serving_state
from catalog.services.serving import choose_serving, rebuild_serving
from catalog.views.detail import detail_context, kept_resource, url_of
from portal.web.context import actor_of


@login_required
def serving(request: HttpRequest, code: str) -> HttpResponse:
    """Show how the resource is served, and choose its indexes."""
    found, actor = kept_resource(request, code), actor_of(request)
    state = serving_state(found)
    form = ServingForm(request.POST or None, state=state)
    if request.method == "POST" and form.is_valid():
        choose_serving(actor, resource=found, **form.cleaned_data)
        messages.success(request, _("Chosen. The table is being built."))
        return redirect(url_of(found, "serving"))
    context = {
        "serving": state,
        "fault": message(state.table.fault) if state.table and state.table.fault else "",
        "form": form,
        "index_days": settings.SERVING_INDEX_DAYS,
        "may_serve": bool(policies.decide(actor, "serve", found)),
    }
    page = detail_context(request, found, "serving") | context
    return render(request, "catalog/serving.html", page, status=400 if form.errors else 200)


@login_required
@require_POST
def serving_rebuild(request: HttpRequest, code: str) -> HttpResponse:
    """Have the table built anew."""
    found = kept_resource(request, code)
    rebuild_serving(actor_of(request), resource=found)
    messages.success(request, _("The table is being built anew; until then the one before answers."))
    return redirect(url_of(found, "serving"))
