"""The catalogue seen as a whole: its trees, how complete each department's part is, what differs from the data."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalog import policies
from catalog.selectors.coverage import WANTED, coverage, coverage_rows
from catalog.selectors.export import CONTENT_TYPES, render_rows
from catalog.selectors.reality import difference_of, differences
from catalog.selectors.tree import TREES, tree, tree_rows
from catalog.services.reality import propose_reality
from catalog.views.detail import catalog_crumbs, resource_of, title_of, url_of
from portal.kernel.errors import Invalid, NotFound
from portal.web.context import actor_of


def _list(rows: Any, name: str, form: str) -> StreamingHttpResponse:
    if form not in CONTENT_TYPES:
        raise NotFound
    file = f"{name}-{timezone.localdate():%Y%m%d}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{file}"'}
    return StreamingHttpResponse(render_rows(rows, form), content_type=CONTENT_TYPES[form], headers=headers)


@login_required
def catalog_tree(request: HttpRequest, kind: str) -> HttpResponse:
    """Show the catalogue as a tree; every branch has an address of its own."""
    if kind not in TREES:
        raise NotFound
    tabs = [
        {"label": label, "url": reverse("catalog:tree", args=[name]), "is_current": name == kind, "count": None}
        for name, label in TREES.items()
    ]
    nodes = tree(actor_of(request), kind)
    context = {
        "nodes": nodes,
        "total": sum(node.count for node in nodes),
        "kind": kind,
        "tabs": tabs,
        "crumbs": catalog_crumbs(_("Tree of the catalog")),
    }
    return render(request, "catalog/tree.html", context)


@login_required
def tree_export(request: HttpRequest, kind: str, form: str) -> StreamingHttpResponse:
    """Send a tree as a list, with the numbers given so far."""
    if kind not in TREES:
        raise NotFound
    return _list(tree_rows(tree(actor_of(request), kind)), f"catalog-{kind}", form)


@login_required
def completeness(request: HttpRequest) -> HttpResponse:
    """Show how complete the descriptions of each department are."""
    lines = coverage(actor_of(request))
    context = {"lines": lines, "wanted": WANTED.values(), "crumbs": catalog_crumbs(_("Completeness of the catalog"))}
    return render(request, "catalog/completeness.html", context)


@login_required
def completeness_export(request: HttpRequest, form: str) -> StreamingHttpResponse:
    """Send the report as a list."""
    return _list(coverage_rows(coverage(actor_of(request))), "catalog-completeness", form)


@login_required
def reality(request: HttpRequest) -> HttpResponse:
    """List the resources whose data differ from what they declare."""
    context = {"lines": differences(actor_of(request)), "crumbs": catalog_crumbs(_("Catalog and data compared"))}
    return render(request, "catalog/reality.html", context)


@login_required
def reality_of(request: HttpRequest, code: str) -> HttpResponse:
    """Show what differs in one resource, each with the box that proposes it."""
    found = resource_of(request, code)
    if not policies.decide(actor_of(request), "history", found):
        raise NotFound
    may = any(policies.decide(actor_of(request), action, found) for action in ("edit", "amend"))
    crumbs = [
        (_("Catalog and data compared"), reverse("catalog:reality")),
        (title_of(found), found.get_absolute_url()),
        (_("Differences"), ""),
    ]
    context = {"resource": found, "line": difference_of(found), "may_propose": may, "crumbs": crumbs}
    return render(request, "catalog/reality_of.html", context)


@require_POST
@login_required
def reality_propose(request: HttpRequest, code: str) -> HttpResponse:
    """Put the chosen differences into a draft."""
    found = resource_of(request, code)
    add, retire = request.POST.getlist("add"), request.POST.getlist("retire")
    try:
        propose_reality(actor_of(request), resource=found, add=add, retire=retire)
    except Invalid as error:
        messages.error(request, str(error))
        return redirect(url_of(found, "reality_of"))
    messages.success(request, _("The draft is saved. Check the items, then submit."))
    return redirect(url_of(found, "edit_items"))
