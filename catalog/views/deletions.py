"""Pages of deletions of data: the list of a resource, the proposal, one deletion with its certificate."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalog.forms.deletions import DeletionForm
from catalog.models import Deletion, Resource
from catalog.policies.deletions import decide_deletion, decide_deletions, decide_version_deletion
from catalog.selectors import deletions as selectors
from catalog.selectors.export import CONTENT_TYPES, render_rows
from catalog.services import deletions as services
from catalog.views.detail import detail_context, kept_resource, url_of
from catalog.workflow import DELETIONS
from portal.audit.selectors import timeline
from portal.kernel.actors import Actor
from portal.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, ReasonMissing
from portal.web.context import actor_of
from portal.web.fetch import fetch
from portal.web.forms import reason_of
from portal.web.paging import paginate
from portal.web.verbs import Verb, verbs_for
from portal.web.words import done

_FILES_A_PAGE = 100


@login_required
def deletions(request: HttpRequest, code: str) -> HttpResponse:
    """List the deletions of data of a resource."""
    found = kept_resource(request, code)
    context = {
        "deletions": selectors.deletions(found),
        "may_propose": bool(decide_deletions(actor_of(request), "propose", found)),
    }
    return render(request, "catalog/deletions.html", detail_context(request, found, "versions") | context)


@login_required
def deletion_new(request: HttpRequest, code: str) -> HttpResponse:
    """Propose that data of versions is deleted; what uses the resource is shown first."""
    found = kept_resource(request, code)
    if not (decision := decide_deletions(actor_of(request), "propose", found)):
        raise NotAllowed(decision.reason, code=decision.code)
    versions = [one for one in selectors.deletable_versions(found) if decide_version_deletion(found, one)]
    form = DeletionForm(request.POST or None, versions=versions)
    if form.is_valid() and (made := _proposed(request, found, form)) is not None:
        return redirect(made)
    context = {"form": form, "has_versions": bool(versions), "dependents": selectors.standing_dependents(found)}
    page = detail_context(request, found, "versions") | context
    return render(request, "catalog/deletion_new.html", page, status=400 if form.errors else 200)


def _proposed(request: HttpRequest, resource: Resource, form: DeletionForm) -> Deletion | None:
    data = form.cleaned_data
    try:
        return services.propose_deletion(
            actor_of(request), resource=resource, numbers=form.numbers, reason=data["reason"], basis=data["basis"]
        )
    except Invalid as error:
        form.add_invalid(error)
    return None


@login_required
def deletion(request: HttpRequest, code: str, number: str) -> HttpResponse:
    """Show a deletion: what it would take, the decision, and, once carried out, the certificate."""
    return _show(request, _deletion(request, code, number))


def _deletion(request: HttpRequest, code: str, number: str) -> Deletion:
    resource = kept_resource(request, code)
    found: Deletion = fetch(selectors.deletions(resource), number=number)
    found.resource = resource
    return found


def _show(request: HttpRequest, found: Deletion, *, error: str = "", status: int = 200) -> HttpResponse:
    actor = actor_of(request)
    lines = selectors.files_of(found)
    page = paginate(request, lines, _FILES_A_PAGE)
    context: dict[str, Any] = {
        "deletion": found,
        "certificate": selectors.certificate(found),
        "page": page,
        "lines": [line | {"kind_label": selectors.KINDS[line["kind"]]} for line in page],
        "removed_count": sum(line["outcome"] == "removed" for line in lines),
        "kept_count": sum(line["outcome"] == "kept" for line in lines),
        "line_count": len(lines),
        "dependents": selectors.standing_dependents(found.resource) if found.state == "proposed" else [],
        "timeline": timeline(found),
        "verbs": _verbs(actor, found),
        "reason_error": error,
        "reason": reason_of(request),
    }
    whole = detail_context(request, found.resource, "versions") | context
    return render(request, "catalog/deletion.html", whole, status=status)


def _verbs(actor: Actor, found: Deletion) -> list[Verb]:
    def address(verb: str) -> str:
        return url_of(found.resource, "deletion_act", found.number, verb)

    return verbs_for(actor, found, DELETIONS, decide_deletion, address, tones={"approve": "d", "refuse": ""})


@require_POST
@login_required
def deletion_act(request: HttpRequest, code: str, number: str, verb: str) -> HttpResponse:
    """Approve, refuse or withdraw a deletion."""
    if verb not in services.VERBS:
        raise NotFound(_("There is no such act."))
    found = _deletion(request, code, number)
    try:
        services.move_deletion(actor_of(request), deletion=found, verb=verb, reason=reason_of(request))
    except ReasonMissing as error:
        return _show(request, found, error=str(error), status=400)
    except Conflict as error:
        return _show(request, found, error=str(error), status=409)
    messages.success(request, done(f"catalog.deletion.{verb}", number))
    return redirect(found)


@login_required
def deletion_files(request: HttpRequest, code: str, number: str) -> HttpResponseBase:
    """Send the whole list of files of a deletion as CSV."""
    found = _deletion(request, code, number)
    answer = StreamingHttpResponse(render_rows(selectors.file_rows(found), "csv"), content_type=CONTENT_TYPES["csv"])
    answer["Content-Disposition"] = f'attachment; filename="{found.number}.csv"'
    return answer


@login_required
def deletion_certificate(request: HttpRequest, code: str, number: str) -> HttpResponse:
    """Send the certificate of a deletion as JSON."""
    found = _deletion(request, code, number)
    if found.state != "finished":
        raise NotFound(_("There is no certificate before the data is gone."))
    answer = JsonResponse(selectors.certificate(found), json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = f'attachment; filename="{found.number}.json"'
    return answer
