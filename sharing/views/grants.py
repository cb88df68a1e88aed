"""Pages of grants: the list, one grant, its first rows, its downloads and its verbs."""

import json
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalog.gate import read_query, release
from portal.kernel.errors import Invalid, NotAllowed, NotFound, ReasonMissing
from portal.web.context import actor_of
from portal.web.forms import reason_of
from portal.web.paging import paginate
from portal.web.words import done
from sharing import policies, selectors, services
from sharing.models import Grant
from sharing.selectors.content import name_of
from sharing.views.engines import lines_for
from sharing.views.words import grant_verbs, list_tabs
from sharing.workflow import GRANTS

FORMS = {"csv": "CSV", "xlsx": "XLSX", "json": "JSON", "parquet": "Parquet"}
PREVIEW_ROWS = 50
_SERVICES: dict[str, Any] = {
    "suspend": services.suspend_grant,
    "resume": services.resume_grant,
    "terminate": services.terminate_grant,
}


@login_required
def grant_list(request: HttpRequest) -> HttpResponse:
    """List the grants one's departments hold or gave."""
    actor = actor_of(request)
    if not actor.is_official:
        raise NotAllowed(_("Sharing is for officials."))
    state, side = request.GET.get("state", ""), request.GET.get("side", "")
    if state not in {"", *GRANTS.states} or side not in {"", "held", "given"}:
        raise Invalid(_("A filter of this list is not right."), code="unknown_filter")
    page = paginate(request, selectors.grants(actor, state=state, side=side))
    context = {
        "page": page,
        "state": state,
        "side": side,
        "states": GRANTS.choices(),
        "tabs": list_tabs(actor, "grants"),
    }
    return render(request, "sharing/grants.html", context)


@login_required
def grant_detail(request: HttpRequest, number: str) -> HttpResponse:
    """Show one grant: what it gives, until when, how to take it, who used it."""
    return _detail(request, selectors.fetch_grant(actor_of(request), number))


def _detail(request: HttpRequest, grant: Grant, error: ReasonMissing | None = None) -> HttpResponse:
    actor = actor_of(request)
    use = policies.decide(actor, "use", grant)
    api_url = request.build_absolute_uri(f"/api/v1/sharing/grants/{grant.number}/rows")
    context = {
        "page": selectors.grant_page(grant),
        "grant": grant,
        "use": use,
        "forms": FORMS.items(),
        "verbs": grant_verbs(actor, grant),
        "api_example": f'curl -H "Authorization: Bearer $KEY" "{api_url}?limit=100"',
        "programs": lines_for(request, grant),
        "reason_error": str(error) if error else "",
    }
    return render(request, "sharing/grant.html", context, status=error.status if error else 200)


@login_required
def grant_rows(request: HttpRequest, number: str) -> HttpResponse:
    """Show the first granted rows, filtered as asked, to report errors from; each look is recorded as a use."""
    actor = actor_of(request)
    grant = selectors.fetch_grant(actor, number)
    params = request.GET.copy()
    params.setdefault("limit", str(PREVIEW_ROWS))
    warrant = services.warrant_for(grant)
    page = release(actor, warrant, read_query(params)).page()
    names = {item.code: name_of(item) for item in grant.resource.items.all()}
    columns = [
        {"name": f["id"], "label": names.get(f["id"]) or f["title"], "is_numeric": f["type"] in "NYIBF"}
        for f in page.fields
    ]
    params["cursor"] = page.next_cursor or ""
    next_url = f"?{params.urlencode()}" if page.next_cursor else ""
    lines = [(row, json.dumps(row, ensure_ascii=False)) for row in page.rows]
    context = {
        "grant": grant,
        "rows": page.rows,
        "lines": lines,
        "fields": columns,
        "total": page.total,
        "next_url": next_url,
    }
    context["version"] = warrant.version.number
    return render(request, "sharing/grant_rows.html", context)


@login_required
def grant_download(request: HttpRequest, number: str, form: str) -> HttpResponseBase:
    """Stream the granted rows as a file, recorded before the first byte."""
    actor = actor_of(request)
    if form not in FORMS:
        raise NotFound(_("There is no download in this form."))
    grant = selectors.fetch_grant(actor, number)
    delivery = release(actor, services.warrant_for(grant), read_query(request.GET))
    if request.method == "HEAD":
        return HttpResponse(headers={"ETag": delivery.etag})
    stream = delivery.stream(form, bom=form == "csv")
    headers = {"Content-Disposition": f'attachment; filename="{stream.filename}"', "ETag": stream.etag}
    return StreamingHttpResponse(stream.chunks, content_type=stream.content_type, headers=headers)


@login_required
@require_POST
def grant_verb(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """Suspend, resume or terminate; a missing reason is said on the grant's own page."""
    grant = selectors.fetch_grant(actor_of(request), number)
    if verb not in _SERVICES:
        raise NotFound(_("There is no such act."))
    try:
        _SERVICES[verb](actor_of(request), grant=grant, reason=reason_of(request))
    except ReasonMissing as error:
        return _detail(request, grant, error)
    messages.success(request, done(f"sharing.grant.{verb}", number))
    return redirect("sharing:grant", number)
