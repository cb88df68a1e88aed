"""Pages of one resource: overview, items, versions, rows, history."""

from dataclasses import replace
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from catalog import policies, selectors
from catalog.gate import read_query, release
from catalog.models import Resource
from catalog.selectors.columns import field_heads
from catalog.selectors.extensions import extensions_of
from catalog.selectors.quality import promise_of
from catalog.services.preview import preview_warrant
from catalog.workflow import AMENDMENTS, RESOURCES
from portal.audit.selectors import TimelineEntry, timeline
from portal.kernel.actors import Actor, Duty
from portal.kernel.errors import NotAllowed, Text
from portal.web.bilingual import text_of
from portal.web.context import actor_of
from portal.web.fetch import fetch
from portal.web.navigation import exists
from portal.web.verbs import Verb, verbs_for

_ON_PAGES_OF_THEIR_OWN = frozenset({"submit", "approve", "return", "publish"})
_ROWS_A_PAGE = 50
_RETURNS = frozenset({"catalog.return", "catalog.amendment.return"})
_NEXT: dict[str, Text] = {
    "draft": gettext_lazy("complete the description and submit it"),
    "submitted": gettext_lazy("consent of the head of the data-sharing office"),
    "in_review": gettext_lazy("review and publication by the data authority"),
    "returned": gettext_lazy("changes by the provider, then submit again"),
    "suspended": gettext_lazy("resume or retire"),
}


def resource_of(request: HttpRequest, code: str) -> Resource:
    """Return the resource at an address if the reader may see it; else it does not exist for her."""
    found: Resource = fetch(selectors.detailed(actor_of(request)), code=code.replace("~", "/"))
    if found.amendment is not None:
        found.amendment.resource = found  # spares the query for what is at hand
    return found


def kept_resource(request: HttpRequest, code: str) -> Resource:
    """Return a resource whose history the reader may see. Raises ``NotFound`` unseen, ``NotAllowed`` for outsiders."""
    found = resource_of(request, code)
    if not (decision := policies.decide(actor_of(request), "history", found)):
        raise NotAllowed(decision.reason, code=decision.code)
    return found


def past(resource: Resource) -> list[TimelineEntry]:
    """Return what happened to a resource and to all its amendments."""
    return timeline(resource, *selectors.amendments_of(resource))


def returned_because(resource: Resource) -> str:
    """Return why what is in hand came back; nothing unless it waits for changes (2 queries then)."""
    if (resource.amendment or resource).state != "returned":
        return ""
    return next((entry.reason for entry in reversed(past(resource)) if entry.action in _RETURNS), "")


def url_of(resource: Resource, name: str, *args: Any) -> str:
    """Return the address of a page of a resource."""
    return reverse(f"catalog:{name}", args=[resource.address, *args])


def catalog_crumbs(title: str) -> list[tuple[str, str]]:
    """Return the way to a page beside the catalog: the catalog, then its title."""
    return [(_("Catalog"), reverse("catalog:resources")), (title, "")]


def crumbs_below(resource: Resource, *trail: tuple[str, str]) -> list[tuple[str, str]]:
    """Return the way to a page below a resource; ``trail`` is what comes after it, the page itself without address."""
    return [*catalog_crumbs(title_of(resource))[:1], (title_of(resource), resource.get_absolute_url()), *trail]


def title_of(resource: Resource) -> str:
    """Return the name of a resource in the reader's language, or in the one there is."""
    return text_of(resource, "title")


def detail_context(request: HttpRequest, resource: Resource, current: str) -> dict[str, Any]:
    """Return what every page of a resource shows: state, tabs, what the reader may do."""
    actor = actor_of(request)
    amendment = resource.amendment
    sees = amendment is not None and bool(policies.decide_amendment(actor, "view", amendment))
    return {
        "resource": resource,
        "amendment": amendment if sees else None,
        "crumbs": catalog_crumbs(title_of(resource)),
        "tabs": _tabs(actor, resource, current),
        "deadline": selectors.clock_of(resource),
        "returned_because": returned_because(resource) if policies.decide(actor, "edit", resource) else "",
        "next_step": _NEXT.get(amendment.state if amendment and sees else resource.state, ""),
        "may": {action: bool(policies.decide(actor, action, resource)) for action in ("edit", "upload")},
        "may_decide": any(policies.decide_work(actor, verb, resource) for verb in ("approve", "publish")),
        "ask_url": ask_url(actor, resource),
        "verbs": work_verbs(actor, resource, _ON_PAGES_OF_THEIR_OWN),
    }


def work_verbs(actor: Actor, resource: Resource, leave_out: frozenset[str]) -> list[Verb]:
    """Return the buttons for a resource and for its open amendment."""

    def address(verb: str) -> str:
        return url_of(resource, "act", verb)

    verbs = verbs_for(actor, resource, RESOURCES, policies.decide, address, leave_out=leave_out)
    if resource.amendment is None:
        return verbs
    decide = policies.decide_amendment
    return verbs_for(actor, resource.amendment, AMENDMENTS, decide, address, leave_out=leave_out) + verbs


def _tabs(actor: Actor, resource: Resource, current: str) -> list[dict[str, Any]]:
    """Return the pages of a resource that ``actor`` may open, in groups: more than a row of tabs can hold."""
    has_rows = resource.current_version_id and policies.decide(actor, "preview_rows", resource)
    keeps = policies.decide(actor, "history", resource)
    described, data, governed = gettext_lazy("Description"), gettext_lazy("Data"), gettext_lazy("Governance")
    tabs: list[tuple[Text, str, Text, bool]] = [
        (described, "resource", gettext_lazy("Overview"), True),
        (described, "items", gettext_lazy("Data items"), True),
        (described, "mapping", gettext_lazy("Standards"), True),
        (described, "lineage", gettext_lazy("Lineage"), True),
        (data, "versions", gettext_lazy("Versions"), True),
        (data, "rows", gettext_lazy("Rows"), bool(has_rows)),
        (data, "profile", pgettext_lazy("of data", "Profile"), bool(has_rows)),
        (data, "quality", gettext_lazy("Quality"), True),
        (data, "sources", gettext_lazy("Sources"), bool(policies.decide_data_sources(actor, "view", resource))),
        (data, "serving", gettext_lazy("Serving"), bool(keeps)),
        (governed, "asset", gettext_lazy("Asset"), True),
        (governed, "history", gettext_lazy("History"), bool(keeps)),
        (governed, "assessments", gettext_lazy("Assessments"), bool(keeps)),
        (governed, "exceptions", gettext_lazy("Exceptions"), bool(policies.decide(actor, "give_exception", resource))),
    ]
    return [
        {"group": group, "label": label, "url": url_of(resource, name), "is_current": name == current}
        for group, name, label, is_open in tabs
        if is_open
    ]


def ask_url(actor: Actor, resource: Resource) -> str:
    """Return where a data officer asks for the data of another department; nothing where it is not to be had."""
    url = "/sharing/requests/new/"
    asks = actor.departments(Duty.DATA_OFFICER) - {resource.provider_id}
    return f"{url}?resource={resource.code}" if resource.state == "published" and asks and exists(url) else ""


@login_required
def resource(request: HttpRequest, code: str) -> HttpResponse:
    """Show what a resource is, on what terms, and whom to ask."""
    return show_resource(request, resource_of(request, code))


def show_resource(request: HttpRequest, found: Resource, *, error: str = "", status: int = 200) -> HttpResponse:
    """Answer the overview of a resource, with what was wrong with the act just tried."""
    actor = actor_of(request)
    keeps = policies.decide(actor, "history", found)
    context = {
        "timeline": past(found) if keeps else [],
        "keeps": bool(keeps),
        "reason_error": error,
        "extensions": extensions_of(found),
        **promise_of(found),
    }
    page = detail_context(request, found, "resource") | context
    return render(request, "catalog/resource.html", page, status=status)


@login_required
def items(request: HttpRequest, code: str) -> HttpResponse:
    """Show the data items with their attributes."""
    found = resource_of(request, code)
    return render(request, "catalog/items.html", detail_context(request, found, "items"))


@login_required
def versions(request: HttpRequest, code: str) -> HttpResponse:
    """List the versions of the data with what differs in counts."""
    found = resource_of(request, code)
    keeps = bool(policies.decide(actor_of(request), "history", found))
    context = {"versions": selectors.version_lines(found), "may_see_deletions": keeps}
    return render(request, "catalog/versions.html", detail_context(request, found, "versions") | context)


@login_required
def history(request: HttpRequest, code: str) -> HttpResponse:
    """Show everything that happened, and what changed between the last two submissions."""
    found = kept_resource(request, code)
    context = {"timeline": past(found), "changes": selectors.changes(found)}
    return render(request, "catalog/history.html", detail_context(request, found, "history") | context)


@login_required
def rows(request: HttpRequest, code: str) -> HttpResponse:
    """Show rows of the current version to the owner's staff, through the gate."""
    found = resource_of(request, code)
    asked, warrant = replace(read_query(request.GET), limit=_ROWS_A_PAGE), preview_warrant(found)
    page, shown = release(actor_of(request), warrant, asked).page(), warrant.version
    context = {
        "fields": [head | _sorting(request, head["name"]) for head in field_heads(shown, page.fields)],
        "rows": page.rows,
        "total": page.total,
        "first": asked.offset + 1,
        "last": asked.offset + len(page.rows),
        "before": max(asked.offset - _ROWS_A_PAGE, 0) if asked.offset else None,
        "after": asked.offset + _ROWS_A_PAGE if asked.offset + _ROWS_A_PAGE < page.total else None,
    }
    return render(request, "catalog/rows.html", detail_context(request, found, "rows") | context)


def _sorting(request: HttpRequest, name: str) -> dict[str, str]:
    """Return the address that sorts by a column (once more: the other way round), and how it is sorted now."""
    order = request.GET.get("order", "")
    query = request.GET.copy()
    query.pop("offset", None)
    query["order"] = f"-{name}" if order == name else name
    return {
        "sort_url": f"?{query.urlencode()}",
        "sort": {name: "ascending", f"-{name}": "descending"}.get(order, ""),
    }
