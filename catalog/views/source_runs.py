"""Pages of one run of a source: what it read, how far it is, what came of it; and its cancel."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalog.models import SourceRun
from catalog.policies import decide_source_run
from catalog.selectors import sources as selectors
from catalog.services.source_runs import cancel_run
from catalog.views.detail import detail_context, url_of
from catalog.views.sources import crumbs_to_source, source_of
from catalog.workflow.source_runs import UNDER_WAY
from portal.web.context import actor_of
from portal.web.fetch import fetch
from portal.web.responses import is_htmx


@login_required
def run(request: HttpRequest, code: str, source: int, run: int) -> HttpResponse:
    """Show one run; the fragment alone when htmx polls while it is under way."""
    resource, found = source_of(request, code, source)
    one: SourceRun = fetch(selectors.runs(found), pk=run)
    waits = one.state == "landed" and one.upload is not None and one.upload.state == "deciding"
    context = {
        "source": found,
        "run": one,
        "problem": selectors.problem_of(one),
        "before": selectors.reach(found.kind, one.before),
        "after": selectors.reach(found.kind, one.mark if one.mark else one.before),
        "took": selectors.took(one),
        "steps": selectors.steps_of(one),
        "is_under_way": one.state in UNDER_WAY and not waits,
        "waits": waits,
        "crumbs": crumbs_to_source(resource, (found.title, url_of(resource, "source", found.pk)), (_("Run"), "")),
        "may_cancel": bool(decide_source_run(actor_of(request), "cancel", one)),
    }
    if is_htmx(request):
        return render(request, "catalog/_run_state.html", context | {"resource": resource})
    return render(request, "catalog/run.html", detail_context(request, resource, "sources") | context)


@login_required
@require_POST
def run_cancel(request: HttpRequest, code: str, source: int, run: int) -> HttpResponse:
    """Stop a run."""
    resource, found = source_of(request, code, source)
    cancel_run(actor_of(request), run=fetch(selectors.runs(found), pk=run))
    messages.success(request, _("The run is canceled."))
    return redirect(url_of(resource, "run", found.pk, run))
