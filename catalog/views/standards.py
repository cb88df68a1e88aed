"""Pages of data elements: the list, one element with its versions and its uses, drafting and deciding."""

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
from catalog.forms.standards import ElementForm, NewElementForm
from catalog.models import Element
from catalog.selectors import standards as selectors
from catalog.selectors.export import CONTENT_TYPES, render_rows
from catalog.selectors.standard_files import element_table, render_json
from catalog.selectors.standard_uses import reach_of
from catalog.services import elements as services
from catalog.workflow import ELEMENTS
from portal.audit.selectors import timeline
from portal.kernel.errors import DomainError, Invalid, NotAllowed, NotFound, ReasonMissing
from portal.web.bilingual import text_of
from portal.web.context import actor_of
from portal.web.fetch import fetch
from portal.web.forms import reason_of
from portal.web.paging import paginate
from portal.web.verbs import verbs_for
from portal.web.words import done

_LONGEST_QUERY = 100


def standards_tabs(current: str) -> list[dict[str, Any]]:
    """Return the two halves of the standards as tabs."""
    labels = [("standards", _("Data elements")), ("code_sets", _("Code sets"))]
    return [
        {"label": label, "url": reverse(f"catalog:{name}"), "is_current": name == current} for name, label in labels
    ]


def crumbs_to(title: str, name: str = "standards", label: str = "") -> list[tuple[str, str]]:
    """Return the way to a page of the standards."""
    way = [(_("Catalog"), reverse("catalog:resources")), (_("Standards"), reverse("catalog:standards"))]
    return [*way, *([(label, reverse(f"catalog:{name}"))] if label else []), (title, "")]


def words_of(request: HttpRequest) -> str:
    """Return the search words of a list. Raises ``Invalid`` when they are too long."""
    words = request.GET.get("q", "").strip()
    if len(words) > _LONGEST_QUERY:
        raise Invalid(_("The search words are too long."), fields={"q": [_("At most 100 characters.")]})
    return words


@login_required
def standards(request: HttpRequest) -> HttpResponse:
    """List the data elements: words, state."""
    actor, words, state = actor_of(request), words_of(request), request.GET.get("state", "")
    if state and state not in ELEMENTS.states:
        raise Invalid(
            _("“%(value)s” is no value of this filter.") % {"value": state}, fields={"state": [_("Unknown.")]}
        )
    found = selectors.listed_elements(actor, words, state)
    context = {
        "page": paginate(request, found, 50),
        "words": words,
        "state": state,
        "states": ELEMENTS.choices(),
        "tabs": standards_tabs("standards"),
        "may_create": bool(policies.decide_create_standard(actor)),
        "crumbs": [*crumbs_to("")[:1], (_("Standards"), "")],
    }
    return render(request, "catalog/standards.html", context)


@login_required
def standards_export(request: HttpRequest, form: str) -> HttpResponse | StreamingHttpResponse:
    """Send the data elements in force as CSV, XLSX or JSON."""
    rows = element_table(selectors.elements_in_force())
    name = f'attachment; filename="data-elements-{timezone.localdate():%Y%m%d}.{form}"'
    if form == "json":
        return HttpResponse(render_json(rows), "application/json", headers={"Content-Disposition": name})
    if form not in CONTENT_TYPES:
        raise NotFound
    return StreamingHttpResponse(
        render_rows(rows, form), content_type=CONTENT_TYPES[form], headers={"Content-Disposition": name}
    )


def _element(request: HttpRequest, identifier: str, version: int) -> Element:
    return fetch(selectors.elements(actor_of(request)), identifier=identifier, version=version)


@login_required
def element(request: HttpRequest, identifier: str, version: int) -> HttpResponse:
    """Show one version of an element, its other versions, and what uses it."""
    return _show(request, _element(request, identifier, version))


def _show(request: HttpRequest, found: Element, *, error: str = "", status: int = 200) -> HttpResponse:
    actor = actor_of(request)
    uses = selectors.uses_of(actor, found.identifier)
    context = {
        "element": found,
        "versions": selectors.elements(actor).filter(identifier=found.identifier).order_by("-version"),
        "uses": uses,
        "reach": reach_of(actor, [use.item for use in uses]),
        "may_edit": bool(policies.decide_standard(actor, "edit", found)),
        "may_version": found.state == "in_force" and bool(policies.decide_create_standard(actor)),
        "verbs": verbs_for(
            actor,
            found,
            ELEMENTS,
            policies.decide_standard,
            lambda verb: reverse("catalog:element_act", args=[found.identifier, found.version, verb]),
            tones={"enforce": "p", "withdraw": "d"},
            leave_out=frozenset({"supersede"}),
        ),
        "timeline": timeline(found),
        "reason": reason_of(request),
        "reason_error": error,
        "crumbs": crumbs_to(text_of(found, "name")),
    }
    return render(request, "catalog/element.html", context, status=status)


@login_required
def element_new(request: HttpRequest) -> HttpResponse:
    """Draft a data element."""
    actor = actor_of(request)
    if not (decision := policies.decide_create_standard(actor)):
        raise NotAllowed(decision.reason, code=decision.code)
    form = NewElementForm(request.POST or None)
    if form.is_valid():
        try:
            made = services.create_element(actor, **form.cleaned_data)
        except Invalid as error:
            form.add_invalid(error)
        else:
            messages.success(request, _("The draft of “%(name)s” is saved.") % {"name": text_of(made, "name")})
            return redirect(made.get_absolute_url())
    context = {"form": form, "title": _("New data element"), "crumbs": crumbs_to(_("New data element"))}
    return render(request, "catalog/standard_form.html", context, status=400 if form.errors else 200)


@login_required
def element_edit(request: HttpRequest, identifier: str, version: int) -> HttpResponse:
    """Change a draft."""
    actor, found = actor_of(request), _element(request, identifier, version)
    if not (decision := policies.decide_standard(actor, "edit", found)):
        raise NotAllowed(decision.reason, code=decision.code)
    form = ElementForm(request.POST or None, initial=ElementForm.initial_of(found))
    if form.is_valid():
        try:
            services.edit_element(actor, element=found, **form.cleaned_data)
        except Invalid as error:
            form.add_invalid(error)
        else:
            messages.success(request, _("The draft of “%(name)s” is saved.") % {"name": text_of(found, "name")})
            return redirect(found.get_absolute_url())
    context = {"form": form, "title": text_of(found, "name"), "crumbs": crumbs_to(text_of(found, "name"))}
    context["cancel_url"] = found.get_absolute_url()
    return render(request, "catalog/standard_form.html", context, status=400 if form.errors else 200)


@require_POST
@login_required
def element_act(request: HttpRequest, identifier: str, version: int, verb: str) -> HttpResponse:
    """Put in force, withdraw, or draft the next version."""
    actor, found = actor_of(request), _element(request, identifier, version)
    if verb == "version":
        return redirect(services.new_element_version(actor, element=found).get_absolute_url() + "edit/")
    if verb not in services.ELEMENT_VERBS:
        raise NotFound
    try:
        services.ELEMENT_VERBS[verb](actor, element=found, reason=reason_of(request))
    except ReasonMissing as error:
        return _show(request, found, error=str(error), status=DomainError.status)
    messages.success(request, done(f"catalog.element.{verb}", text_of(found, "name")))
    return redirect(found.get_absolute_url())
