"""Check and submit, review with what changed, and the verbs of the transition table."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalog import policies, selectors, services
from catalog.models import Resource
from catalog.selectors import Work
from catalog.selectors.impact import impact_of_amendment
from catalog.selectors.progress import answers, check_rows
from catalog.views.detail import (
    detail_context,
    kept_resource,
    past,
    resource_of,
    show_resource,
    title_of,
    url_of,
    work_verbs,
)
from catalog.views.editing import draft_of
from catalog.workflow import AMENDMENTS, RESOURCES
from portal.kernel.errors import Invalid, NotFound, ReasonMissing
from portal.web.context import actor_of
from portal.web.forms import reason_of
from portal.web.words import done
from portal.workflow.snapshots import Change

_ON_REVIEW = frozenset({"approve", "return", "publish"})
_ALL_VERBS = frozenset(row.verb for table in (RESOURCES, AMENDMENTS) for row in table.transitions)


@login_required
def check(request: HttpRequest, code: str) -> HttpResponse:
    """Show every answer with what is missing, and submit."""
    return _show_check(request, draft_of(request, code))


def _show_check(request: HttpRequest, resource: Resource, status: int = 200) -> HttpResponse:
    work = selectors.work_of(resource)
    found = selectors.gaps(work.resource, work.items)
    context = {
        "resource": work.resource,
        "work": work,
        "crumbs": [
            (_("My department's resources"), "/catalog/mine/"),
            (title_of(resource), url_of(resource, "tasks")),
            (_("Check and submit"), ""),
        ],
        "rows": check_rows(work.resource, found, lambda name: url_of(resource, name)),
        "lines": answers(work.items),
        "gaps": found,
        "submit_url": url_of(resource, "act", "submit"),
        "back_url": url_of(resource, "tasks"),
        "changes": _changes(work, resource, selectors.draft_changes),
        "impact": impact_of_amendment(work, resource),
    }
    return render(request, "catalog/check.html", context, status=status)


@login_required
def review(request: HttpRequest, code: str) -> HttpResponse:
    """Show what was submitted, what changed first, and the decision form to those who may decide."""
    return _show_review(request, kept_resource(request, code))


def _show_review(request: HttpRequest, resource: Resource, *, error: str = "", status: int = 200) -> HttpResponse:
    work = selectors.work_of(resource)
    if work.amendment and not policies.decide_amendment(actor_of(request), "view", work.amendment):
        work = selectors.Work(resource, list(resource.items.all()), [], None)
    verbs = work_verbs(actor_of(request), resource, _ALL_VERBS - _ON_REVIEW)
    context: dict[str, Any] = {
        "work": work,
        "changes": _changes(work, resource, selectors.changes),
        "impact": impact_of_amendment(work, resource),
        "rows": check_rows(work.resource, {}, lambda _name: ""),
        "lines": answers(work.items),
        "timeline": past(resource),
        "decisions": verbs,
        "refusals": _refusals(request, resource) if not verbs else [],
        "reason": reason_of(request),
        "reason_error": error,
    }
    return render(request, "catalog/review.html", detail_context(request, resource, "") | context, status=status)


def _changes(work: Work, resource: Resource, otherwise: Callable[[Resource], list[Change]]) -> list[Change]:
    """Return what an amendment changes of what is in force; for a first registration what ``otherwise`` compares."""
    return selectors.amendment_changes(resource, work) if work.amendment else otherwise(resource)


def _refusals(request: HttpRequest, resource: Resource) -> list[str]:
    state = (resource.amendment or resource).state
    verb = {"submitted": "approve", "in_review": "publish"}.get(state)
    return [str(policies.decide_work(actor_of(request), verb, resource).reason)] if verb else []


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
    except Invalid as error:
        if error.code != "incomplete":
            messages.error(request, str(error))
        return _show_check(request, resource, status=400)
    name = f"catalog.amendment.{verb}" if resource.amendment and verb in services.AMENDMENT_VERBS else f"catalog.{verb}"
    messages.success(request, done(name, title_of(resource)))
    return redirect(_after(request, resource))


def _after(request: HttpRequest, resource: Resource) -> str:
    """Return where to go on: the resource, or the catalogue when it left the actor's sight."""
    seen = selectors.resources(actor_of(request)).filter(pk=resource.pk).exists()
    return resource.get_absolute_url() if seen else "/catalog/"
