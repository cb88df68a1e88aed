"""Pages of data as an asset: the register, the asset page of a resource with its life cycle and costs."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog import policies
from catalog.forms.assets import AssetForm, CostForm, StagesForm
from catalog.models import COST_KINDS, Resource
from catalog.selectors import assets as selectors
from catalog.selectors.export import CONTENT_TYPES, render_rows
from catalog.services.assets import edit_asset, plan_stages, set_cost
from catalog.views.detail import catalog_crumbs, detail_context, resource_of, title_of, url_of
from portal.kernel.errors import Invalid, NotAllowed, NotFound
from portal.web.context import actor_of
from portal.web.forms import SonghuaForm
from portal.web.paging import paginate


def _found(request: HttpRequest) -> QuerySet[Resource]:
    return selectors.asked(actor_of(request), request.GET.get("q", "").strip())


@login_required
def assets(request: HttpRequest) -> HttpResponse:
    """List the assets the reader accounts for, with what they hold, cost and give."""
    found = _found(request)
    page = paginate(request, found)
    context = {
        "page": page,
        "lines": selectors.asset_lines(list(page)),
        "totals": selectors.asset_totals(found),
        "words": request.GET.get("q", "").strip(),
        "crumbs": catalog_crumbs(_("Register of data assets")),
    }
    return render(request, "catalog/assets.html", context)


@login_required
def assets_export(request: HttpRequest, form: str) -> StreamingHttpResponse:
    """Send the register as CSV or XLSX."""
    if form not in CONTENT_TYPES:
        raise NotFound
    rows = selectors.register_rows(_found(request))
    name = f"assets-{timezone.localdate():%Y%m%d}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(render_rows(rows, form), content_type=CONTENT_TYPES[form], headers=headers)


@login_required
def asset(request: HttpRequest, code: str) -> HttpResponse:
    """Show a resource as an asset: life cycle, storage, use, worth, and its costs to its keepers."""
    found = resource_of(request, code)
    actor = actor_of(request)
    shows_costs = bool(policies.decide_asset(actor, "view_costs", found))
    context = {
        "asset": selectors.asset_of(found, with_costs=shows_costs),
        "shows_costs": shows_costs,
        "cost_kinds": [label for _kind, label in COST_KINDS],
        "may_keep": bool(policies.decide_asset(actor, "edit", found)),
    }
    return render(request, "catalog/asset.html", detail_context(request, found, "asset") | context)


def _kept(request: HttpRequest, code: str) -> Resource:
    found = resource_of(request, code)
    if not (decision := policies.decide_asset(actor_of(request), "edit", found)):
        raise NotAllowed(decision.reason, code=decision.code)
    return found


def _edited(
    request: HttpRequest, found: Resource, form: SonghuaForm, heading: str, save: Callable[[], object]
) -> HttpResponse:
    """Save a valid form and go back to the asset page; else show it with what is wrong."""
    if form.is_valid():
        try:
            save()
        except Invalid as error:
            form.add_invalid(error)
        else:
            messages.success(request, _("“%(section)s” is saved.") % {"section": heading})
            return redirect(url_of(found, "asset"))
    crumbs = [(title_of(found), found.get_absolute_url()), (_("Asset"), url_of(found, "asset")), (heading, "")]
    context = {
        "resource": found,
        "form": form,
        "heading": heading,
        "crumbs": crumbs,
        "back_url": url_of(found, "asset"),
    }
    return render(request, "catalog/edit_asset.html", context, status=400 if form.errors else 200)


@login_required
def asset_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Edit the asset sheet."""
    found = _kept(request, code)
    sheet = getattr(found, "asset_sheet", None)
    form = AssetForm(request.POST or None, initial=AssetForm.initial_of(sheet))
    return _edited(
        request,
        found,
        form,
        _("Asset sheet"),
        lambda: edit_asset(actor_of(request), resource=found, **form.cleaned_data),
    )


@login_required
def asset_stages(request: HttpRequest, code: str) -> HttpResponse:
    """Plan the stages of the life cycle."""
    found = _kept(request, code)
    form = StagesForm(request.POST or None, resource=found)
    return _edited(
        request,
        found,
        form,
        _("Stages of the life cycle"),
        lambda: plan_stages(actor_of(request), resource=found, planned=form.planned, reached=form.reached),
    )


@login_required
def asset_cost(request: HttpRequest, code: str) -> HttpResponse:
    """Record a cost."""
    found = _kept(request, code)
    form = CostForm(request.POST or None)
    return _edited(
        request,
        found,
        form,
        _("Record a cost"),
        lambda: set_cost(actor_of(request), resource=found, **form.cleaned_data),
    )
