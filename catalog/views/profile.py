"""The profile of a version: charts and numbers for those who may see its rows, and what was found in it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalog import policies, selectors
from catalog.models import Resource, Version
from catalog.selectors.amendments import work_of
from catalog.selectors.anonymity import hiding_in
from catalog.selectors.profiles import profile_lines
from catalog.services.findings import apply_finding
from catalog.views.detail import detail_context, resource_of, url_of
from portal.kernel.errors import NotAllowed, NotFound
from portal.web.bilingual import text_of
from portal.web.context import actor_of
from portal.web.fetch import fetch


def _version(request: HttpRequest, found: Resource) -> Version:
    """Return the version that ``version`` names, or the current one, to those who may see its rows."""
    if not (decision := policies.decide(actor_of(request), "preview_rows", found)):
        raise NotAllowed(decision.reason, code=decision.code)
    if "version" in request.GET:
        return fetch(selectors.versions(found), number=request.GET["version"])
    if found.current_version is None:
        raise NotFound(_("There is no data yet."))
    return found.current_version


@login_required
def profile(request: HttpRequest, code: str) -> HttpResponse:
    """Show every column: gaps, ranges, frequent values, distribution, forms, findings."""
    found = resource_of(request, code)
    version = _version(request, found)
    may_edit = bool(policies.decide(actor_of(request), "edit", found))
    items = work_of(found).items if may_edit else list(found.items.all())
    lines = profile_lines(version, items)
    context = {
        "version": version,
        "lines": lines,
        "personal": sum(line.is_personal for line in lines),
        "may_edit": may_edit,
        "hiding": hiding_in(version, items) if version.deleted_at is None else None,
        "versions": selectors.versions(found),
    }
    return render(request, "catalog/profile.html", detail_context(request, found, "profile") | context)


@require_POST
@login_required
def finding_apply(request: HttpRequest, code: str, column: str) -> HttpResponse:
    """Take over the grade and mask that a finding proposes."""
    found = resource_of(request, code)
    item = apply_finding(actor_of(request), resource=found, column=column)
    messages.success(request, _("“%(name)s” has the proposed grade and mask.") % {"name": text_of(item, "name")})
    if policies.decide(actor_of(request), "preview_rows", resource_of(request, code)):
        return redirect(url_of(found, "profile"))
    messages.info(request, _("The data is now graded above what you may know: its rows and profile are closed to you."))
    return redirect(url_of(found, "edit_attributes"))
