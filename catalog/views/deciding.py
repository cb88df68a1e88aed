"""Check and submit, review with what changed, and the verbs of the transition table."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalog import policies, selectors, services
from catalog.models import Resource
from catalog.selectors.progress import answers, check_rows
from catalog.views.detail import detail_context, kept_resource, resource_of, show_resource, title_of, url_of
from catalog.views.editing import draft_of
from catalog.workflow import RESOURCES
from portal.audit.selectors import timeline
from portal.kernel.errors import Invalid, NotFound, ReasonMissing
from portal.web.context import actor_of
from portal.web.forms import reason_of
from portal.web.verbs import verbs_for
from portal.web.words import word_of

_ON_REVIEW = frozenset({"approve", "return", "publish"})


@login_required
def check(request: HttpRequest, code: str) -> HttpResponse:
    """Show every answer with what is missing, and submit."""
    resource = draft_of(request, code)
    return _show_check(request, resource)


def _show_check(request: HttpRequest, resource: Resource, status: int = 200) -> HttpResponse:
    items = list(resource.items.all())
    found = selectors.gaps(resource, items)
    context = {
        "resource": resource,
        "crumbs": [
            (_("My department's resources"), "/catalog/mine/"),
            (title_of(resource), url_of(resource, "tasks")),
            (_("Check and submit"), ""),
        ],
        "rows": check_rows(resource, found, lambda name: url_of(resource, name)),
        "lines": answers(resource, items),
        "gaps": found,
        "submit_url": url_of(resource, "act", "submit"),
        "back_url": url_of(resource, "tasks"),
        "changes": selectors.draft_changes(resource),
    }
    return render(request, "catalog/check.html", context, status=status)


@login_required
def review(request: HttpRequest, code: str) -> HttpResponse:
    """Show what was submitted, what changed first, and the decision form to those who may decide."""
    return _show_review(request, kept_resource(request, code))


def _show_review(request: HttpRequest, resource: Resource, *, error: str = "", status: int = 200) -> HttpResponse:
    actor = actor_of(request)
    verbs = verbs_for(
        actor,
        resource,
        RESOURCES,
        policies.decide,
        lambda verb: url_of(resource, "act", verb),
        leave_out=frozenset(row.verb for row in RESOURCES.transitions) - _ON_REVIEW,
    )
    items = list(resource.items.all())
    context: dict[str, Any] = {
        "changes": selectors.changes(resource),
        "rows": check_rows(resource, {}, lambda _name: ""),
        "lines": answers(resource, items),
        "timeline": timeline(resource),
        "decisions": verbs,
        "refusals": _refusals(request, resource) if not verbs else [],
        "reason": reason_of(request),
        "reason_error": error,
    }
    return render(request, "catalog/review.html", detail_context(request, resource, "") | context, status=status)


def _refusals(request: HttpRequest, resource: Resource) -> list[str]:
    verb = {"submitted": "approve", "in_review": "publish"}.get(resource.state)
    return [str(policies.decide(actor_of(request), verb, resource).reason)] if verb else []


@require_POST
@login_required
def act(request: HttpRequest, code: str, verb: str) -> HttpResponse:
    """Do one verb of the transition table, with the reason given."""
    resource = resource_of(request, code)
    if verb not in services.VERBS:
        raise NotFound
    try:
        services.VERBS[verb](actor_of(request), resource=resource, reason=reason_of(request))
    except ReasonMissing as error:
        show = _show_review if verb in _ON_REVIEW else show_resource
        return show(request, resource, error=str(error), status=400)
    except Invalid:
        return _show_check(request, resource, status=400)
    messages.success(request, _("Done: %(act)s.") % {"act": word_of(f"catalog.{verb}")})
    return redirect(_after(request, resource))


def _after(request: HttpRequest, resource: Resource) -> str:
    """Return where to go on: the resource, or the catalogue when it left the actor's sight."""
    seen = selectors.resources(actor_of(request)).filter(pk=resource.pk).exists()
    return resource.get_absolute_url() if seen else "/catalog/"
