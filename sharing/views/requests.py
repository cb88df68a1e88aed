"""Pages of requests: the list, the wizard, the page on which they are reviewed, and their verbs."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalog.models import Resource
from portal.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, ReasonMissing
from portal.web.context import actor_of
from portal.web.forms import reason_of
from portal.web.paging import paginate
from portal.web.words import done
from sharing import policies, selectors, services
from sharing.forms import ApproveForm, ConditionFormSet, ListFilterForm, RequestForm, initial_conditions, initial_of
from sharing.models import Request
from sharing.views.words import list_tabs, request_context
from sharing.workflow import REQUESTS

_REFUSED = (Invalid, ReasonMissing, Conflict)


@login_required
def request_list(request: HttpRequest) -> HttpResponse:
    """List requests: those that wait for the reader first asked for by ``tab=todo``, late ones on top."""
    actor = actor_of(request)
    if not actor.is_official:
        raise NotAllowed(_("Sharing is for officials."))
    filters = ListFilterForm(request.GET, states=REQUESTS.choices())
    if not filters.is_valid():
        raise Invalid(_("A filter of this list is not right."), fields=_messages(filters))
    given = filters.cleaned_data
    found = selectors.requests(actor, waiting=given["tab"] == "todo", state=given["state"], q=given["q"])
    page = paginate(request, found)
    is_todo = given["tab"] == "todo" and not (given["state"] or given["q"])
    context = {
        "page": page,
        "filters": given,
        "states": REQUESTS.choices(),
        "tabs": list_tabs(actor, given["tab"] or "all", page.paginator.count if is_todo else None),
        "today": timezone.localdate(),
    }
    return render(request, "sharing/requests.html", context)


def _messages(form: Any) -> dict[str, list[str]]:
    return {name: [str(text) for text in texts] for name, texts in form.errors.items()}


@login_required
def request_new(request: HttpRequest) -> HttpResponse:
    """Ask for a resource (``?resource=<code>``): shows the form, a POST saves a draft under its number."""
    actor = actor_of(request)
    resource = selectors.resource_to_ask(actor, request.GET.get("resource", ""))
    if not (decision := policies.decide(actor, "request", resource)):
        raise NotAllowed(decision.reason, code=decision.code)
    return _form_page(request, resource, None)


@login_required
def request_edit(request: HttpRequest, number: str) -> HttpResponse:
    """Change a draft or a returned request."""
    actor = actor_of(request)
    asked = selectors.fetch_request(actor, number)
    if not (decision := policies.decide(actor, "edit", asked)):
        raise NotAllowed(decision.reason, code=decision.code)
    return _form_page(request, asked.resource, asked)


def _form_page(request: HttpRequest, resource: Resource, asked: Request | None) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = RequestForm(data, resource=resource, initial=initial_of(asked) if asked else None)
    conditions = ConditionFormSet(
        data, prefix="rows", form_kwargs={"resource": resource}, initial=initial_conditions(asked.rows if asked else [])
    )
    if data is not None and form.is_valid() and conditions.is_valid():
        try:
            saved = _save(request, form, conditions, resource, asked)
            messages.success(request, _("Saved as %(number)s.") % {"number": saved.number})
            return redirect("sharing:request", saved.number)
        except Invalid as error:
            form.add_invalid(error)
    chosen = set(form["items"].value() or [])
    context = {"form": form, "conditions": conditions, "resource": resource, "asked": asked, "chosen": chosen}
    context["lines"] = [(item, policies.shareable(item)) for item in resource.items.all()]
    return render(request, "sharing/request_form.html", context, status=400 if data is not None else 200)


def _save(
    request: HttpRequest, form: RequestForm, conditions: Any, resource: Resource, asked: Request | None
) -> Request:
    rows = [line.condition for line in conditions if line.condition]
    fields = {**form.cleaned_data, "rows": rows}
    if asked is None:
        return services.draft_request(actor_of(request), resource=resource, **fields)
    return services.edit_request(actor_of(request), request=asked, **fields)


@login_required
def request_detail(request: HttpRequest, number: str) -> HttpResponse:
    """Show one request: where it stands, what changed, what it says, the checks, the decision, the record."""
    return _detail(request, selectors.fetch_request(actor_of(request), number))


def _detail(request: HttpRequest, asked: Request, error: Exception | None = None) -> HttpResponse:
    context = request_context(actor_of(request), selectors.request_page(asked), error)
    context["reason"] = reason_of(request)
    return render(request, "sharing/request.html", context, status=getattr(error, "status", 200))


@login_required
@require_POST
def request_verb(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """Do one verb of the table; what is missing is said on the request's own page."""
    asked = selectors.fetch_request(actor_of(request), number)
    if verb not in _VERBS:
        raise NotFound(_("There is no such act."))
    try:
        _VERBS[verb](request, asked)
    except _REFUSED as error:
        return _detail(request, selectors.fetch_request(actor_of(request), number), error)
    messages.success(request, done(f"sharing.request.{verb}", number))
    return redirect("sharing:request", number)


def _approve(request: HttpRequest, asked: Request) -> Request:
    form = ApproveForm(request.POST, codes=asked.items)
    if not form.is_valid():
        raise Invalid(fields=_messages(form))
    # The page lists every item with a tick; without the marker the post comes from a page without the list.
    items = form.cleaned_data["items"] if "narrowable" in request.POST else None
    return services.approve(actor_of(request), request=asked, items=items, reason=reason_of(request))


def _plain(service: Any) -> Any:
    def act(request: HttpRequest, asked: Request) -> Request:
        moved: Request = service(actor_of(request), request=asked, reason=reason_of(request))
        return moved

    return act


_VERBS: dict[str, Any] = {
    "submit": lambda request, asked: services.submit(actor_of(request), request=asked),
    "approve": _approve,
    **{verb: _plain(getattr(services, verb)) for verb in ("consent", "refuse", "withdraw", "extend")},
    "return": _plain(services.return_),
}
