"""Pages of what a resource is made from, where it goes, and what a change of it would touch."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalog import policies
from catalog.forms.assets import OriginForm
from catalog.selectors import impact as impacts
from catalog.selectors.lineage import lineage_of
from catalog.services.assets import declare_origin, take_back_origin
from catalog.views.detail import detail_context, kept_resource, resource_of, title_of, url_of
from portal.kernel.errors import Invalid
from portal.web.context import actor_of


@login_required
def lineage(request: HttpRequest, code: str) -> HttpResponse:
    """Draw what the resource, or one of its items, is made from and where it goes; declare an origin."""
    found = resource_of(request, code)
    may_keep = bool(policies.decide_asset(actor_of(request), "edit", found))
    form = OriginForm(request.POST or None, resource=found)
    if request.method == "POST" and form.is_valid():
        try:
            declare_origin(actor_of(request), resource=found, **form.cleaned_data)
        except Invalid as error:
            form.add_invalid(error)
        else:
            messages.success(request, _("The origin is declared."))
            return redirect(url_of(found, "lineage"))
    context = {"lineage": lineage_of(actor_of(request), found, column=request.GET.get("item", "")), "form": form}
    context |= {"may_keep": may_keep, "keeps": bool(policies.decide(actor_of(request), "history", found))}
    page = detail_context(request, found, "lineage") | context
    return render(request, "catalog/lineage.html", page, status=400 if form.errors else 200)


@require_POST
@login_required
def origin_take(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Take a declared origin back."""
    found = resource_of(request, code)
    take_back_origin(actor_of(request), resource=found, derivation_id=number)
    messages.success(request, _("The origin is taken back."))
    return redirect(url_of(found, "lineage"))


@login_required
def impact(request: HttpRequest, code: str) -> HttpResponse:
    """Show what a change would touch: ``?change=retire`` of the whole, or ``?item=…`` with what happens to the item."""
    found = kept_resource(request, code)
    change, columns = request.GET.get("change", ""), request.GET.getlist("item")
    context = {
        "impact": impacts.asked(found, change, columns) if change else None,
        "change": change,
        "columns": columns,
        "changes": impacts.KINDS.items(),
        "crumbs": [(title_of(found), found.get_absolute_url()), (_("What a change touches"), "")],
    }
    return render(request, "catalog/impact.html", detail_context(request, found, "") | context)
