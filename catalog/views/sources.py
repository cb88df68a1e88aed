"""Pages of the sources of a resource: list, one with its runs, set up and change, try, run, pause."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalog import policies
from catalog.data.sources import SourceError
from catalog.forms.sources import SOURCE_FORMS, SourceForm
from catalog.messages import message
from catalog.models import SOURCE_KINDS, Resource, Source
from catalog.selectors import sources as selectors
from catalog.services.sources import ask_run, move_source, save_source, try_source
from catalog.views.detail import crumbs_below, detail_context, resource_of, url_of
from catalog.workflow import SOURCES
from portal.kernel.errors import NotAllowed, NotFound, ReasonMissing
from portal.web.context import actor_of
from portal.web.fetch import fetch
from portal.web.forms import reason_of
from portal.web.paging import paginate
from portal.web.verbs import verbs_for
from portal.web.words import done


def _resource(request: HttpRequest, code: str, action: str) -> Resource:
    resource = resource_of(request, code)
    if not policies.decide_data_sources(actor_of(request), "view", resource):
        raise NotFound(_("There is nothing at this address, or it is not open to you."))
    if not (decision := policies.decide_data_sources(actor_of(request), action, resource)):
        raise NotAllowed(decision.reason, code=decision.code)
    return resource


def source_of(request: HttpRequest, code: str, pk: int, action: str = "view") -> tuple[Resource, Source]:
    """Find a source with which whoever asks may do this."""
    resource = _resource(request, code, "view")
    found = fetch(selectors.sources(resource), pk=pk)
    if not (decision := policies.decide_data_source(actor_of(request), action, found)):
        raise NotAllowed(decision.reason, code=decision.code)
    return resource, found


@login_required
def sources(request: HttpRequest, code: str) -> HttpResponse:
    """List where the data of a resource is fetched from."""
    resource = _resource(request, code, "view")
    context = {
        "sources": [(found, selectors.where(found)) for found in selectors.sources(resource)],
        "kinds": SOURCE_KINDS,
        "may_create": bool(policies.decide_data_sources(actor_of(request), "create", resource)),
    }
    return render(request, "catalog/sources.html", detail_context(request, resource, "sources") | context)


@login_required
def source(request: HttpRequest, code: str, source: int) -> HttpResponse:
    """Show one source: where, when, how far, what came of its runs."""
    return _show(request, *source_of(request, code, source))


def crumbs_to_source(resource: Resource, *trail: tuple[str, str]) -> list[tuple[str, str]]:
    """Return the way to a page below the sources of a resource."""
    return crumbs_below(resource, (_("Sources"), url_of(resource, "sources")), *trail)


def _show(request: HttpRequest, resource: Resource, found: Source, *, error: str = "") -> HttpResponse:
    actor, page = actor_of(request), paginate(request, selectors.runs(found))
    verbs = verbs_for(
        actor, found, SOURCES, policies.decide_data_source, lambda verb: url_of(resource, "source_act", found.pk, verb)
    )
    context = {
        "source": found,
        "where": selectors.where(found),
        "runs": [(run, selectors.problem_of(run), selectors.took(run)) for run in page],
        "page": page,
        "may": {name: bool(policies.decide_data_source(actor, name, found)) for name in ("edit", "test", "run")},
        "verbs": verbs,
        "reason_error": error,
        "reason": reason_of(request),
        "crumbs": crumbs_to_source(resource, (found.title, "")),
    }
    status = 400 if error else 200
    return render(request, "catalog/source.html", detail_context(request, resource, "sources") | context, status=status)


@login_required
def source_new(request: HttpRequest, code: str, source_kind: str) -> HttpResponse:
    """Set a source up."""
    resource = _resource(request, code, "create")
    if source_kind not in SOURCE_FORMS:
        raise NotFound(_("There is nothing at this address, or it is not open to you."))
    return _form(request, resource, SOURCE_FORMS[source_kind](request.POST or None), None)


@login_required
def source_edit(request: HttpRequest, code: str, source: int) -> HttpResponse:
    """Change a source."""
    resource, found = source_of(request, code, source, "edit")
    initial = {name: getattr(found, name) for name in ("title", "schedule", "hour", "day", "mode")} | found.place
    return _form(request, resource, SOURCE_FORMS[found.kind](request.POST or None, initial=initial), found)


def _form(request: HttpRequest, resource: Resource, form: SourceForm, found: Source | None) -> HttpResponse:
    if form.is_valid():
        saved = save_source(actor_of(request), resource=resource, source=found, **form.answers())
        messages.success(request, _("The source is saved. Test it now."))
        return redirect(url_of(resource, "source", saved.pk))
    last = (found.title, url_of(resource, "source", found.pk)) if found else (_("Set up a source"), "")
    here = [(_("Change"), "")] if found else []
    context: dict[str, Any] = {"form": form, "source": found, "kind": dict(SOURCE_KINDS)[form.KIND]}
    context["crumbs"] = crumbs_to_source(resource, last, *here)
    page = detail_context(request, resource, "sources") | context
    return render(request, "catalog/source_edit.html", page, status=400 if form.errors else 200)


@login_required
@require_POST
def source_test(request: HttpRequest, code: str, source: int) -> HttpResponse:
    """Reach the source and say what is there, or why not."""
    resource, found = source_of(request, code, source, "test")
    try:
        names = try_source(actor_of(request), source=found)
    except SourceError as error:
        messages.error(request, message(error.code, error.params))
    else:
        shown = "、".join(names[:20]) or _("nothing")
        messages.success(request, _("The source can be reached. Found: %(names)s") % {"names": shown})
    return redirect(url_of(resource, "source", found.pk))


@login_required
@require_POST
def source_run(request: HttpRequest, code: str, source: int) -> HttpResponse:
    """Have the source run within the next minute."""
    resource, found = source_of(request, code, source, "run")
    ask_run(actor_of(request), source=found)
    messages.success(request, _("The source will be asked within a minute."))
    return redirect(url_of(resource, "source", found.pk))


@login_required
@require_POST
def source_act(request: HttpRequest, code: str, source: int, verb: str) -> HttpResponse:
    """Pause, resume or retire a source."""
    resource, found = source_of(request, code, source)
    if verb not in {row.verb for row in SOURCES.transitions}:
        raise NotFound(_("There is no such act."))
    try:
        move_source(actor_of(request), source=found, verb=verb, reason=reason_of(request))
    except ReasonMissing as error:
        return _show(request, resource, found, error=str(error))
    messages.success(request, done(f"catalog.source.{verb}", found.title))
    return redirect(url_of(resource, "source", found.pk))
