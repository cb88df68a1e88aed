"""The working side of opening: list, prepare, release."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.models import Resource
from opening import services
from opening.filters import refuse_unknown, single
from opening.forms import EditionForm, NewEditionForm, initial_of
from opening.models import FILE_FORMS, Publication
from opening.policies import decide, people_who_can
from opening.selectors import changes_of, choices_of, dataset_of, editions_to_manage, resources_to_open
from opening.workflow import PUBLICATIONS
from portal.audit.selectors import timeline
from portal.kernel.actors import Actor
from portal.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, ReasonMissing
from portal.web.bilingual import text_of
from portal.web.fetch import fetch
from portal.web.forms import reason_of
from portal.web.paging import paginate
from portal.web.verbs import verbs_for
from portal.web.words import done

PER_PAGE = 20
LIST_PARAMETERS = ("q", "state", "page")


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by accounts' middleware
    return actor


def _crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Open editions"), reverse("publication_list")), *more]


@login_required
@require_safe
def publication_list(request: HttpRequest) -> HttpResponse:
    """List the editions of the own department or region, by state."""
    refuse_unknown(request.GET, LIST_PARAMETERS)
    actor, words, state = _actor(request), single(request.GET, "q"), single(request.GET, "state")
    if state and state not in PUBLICATIONS.states:
        raise Invalid(_("There is no such state."), fields={"state": [_("Unknown state.")]})
    context = {
        "page": paginate(request, editions_to_manage(actor, state=state, words=words), PER_PAGE),
        "states": [(code, label, code == state) for code, label in PUBLICATIONS.states.items()],
        "words": words,
        "may_create": resources_to_open(actor).exists(),
    }
    return render(request, "opening/publication_list.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def publication_new(request: HttpRequest) -> HttpResponse:
    """Prepare an edition of a resource: choose the resource, then items, license and texts."""
    actor, code = _actor(request), request.GET.get("resource", "")
    offered = resources_to_open(actor)
    if not code:
        page = paginate(request, resources_to_open(actor, words=single(request.GET, "q")), PER_PAGE)
        context = {"page": page, "words": single(request.GET, "q"), "crumbs": _crumbs((_("New edition"), ""))}
        return render(request, "opening/publication_choose.html", context)
    resource = fetch(offered, code=code)
    form = NewEditionForm(request.POST or None, initial=initial_of(resource))
    if request.method == "POST" and form.is_valid() and (made := _draft(request, form, resource)):
        text = _("The open edition “%(title)s” is saved as a draft.")
        messages.success(request, text % {"title": text_of(made, "title")})
        return redirect("publication", name=made.name)
    return _form_page(request, form, resource)


def _draft(request: HttpRequest, form: NewEditionForm, resource: Resource) -> Publication | None:
    fields: dict[str, Any] = dict(form.cleaned_data)
    try:
        return services.draft_publication(
            _actor(request), resource=resource, items=request.POST.getlist("items"), **fields
        )
    except Invalid as error:
        form.add_invalid(error)
    except Conflict as error:
        form.add_error("name", str(error))
    return None


def _form_page(
    request: HttpRequest, form: EditionForm, resource: Resource, publication: Publication | None = None
) -> HttpResponse:
    chosen = set(request.POST.getlist("items")) if request.method == "POST" else None
    choices = choices_of(resource, publication)
    context = {
        "form": form,
        "resource": resource,
        "publication": publication,
        "choices": [(choice, choice.is_chosen if chosen is None else choice.item.code in chosen) for choice in choices],
        "crumbs": _crumbs((_("Edit") if publication else _("New edition"), "")),
    }
    return render(request, "opening/publication_form.html", context, status=400 if form.errors else 200)


def _managed(request: HttpRequest, name: str) -> Publication:
    return fetch(
        editions_to_manage(_actor(request)).select_related(
            "resource__provider__region", "resource__current_version", "license", "submitted_by"
        ),
        name=name,
    )


@login_required
@require_safe
def publication(request: HttpRequest, name: str) -> HttpResponse:
    """Show an edition with its checks, its record, its use and what may be done now."""
    return _publication_page(request, _managed(request, name))


def _publication_page(request: HttpRequest, found: Publication, *, status: int = 200, **more: Any) -> HttpResponse:
    actor = _actor(request)
    context = {
        "edition": found,
        "dataset": dataset_of(found),
        "state_label": PUBLICATIONS.states[found.state],
        "checks": services.release_checks(found) if found.state != "withdrawn" else [],
        "choices": choices_of(found.resource, found),
        "entries": timeline(found),
        "verbs": verbs_for(actor, found, PUBLICATIONS, decide, lambda verb: _verb_url(found, verb)),
        "refusals": _refusals(actor, found),
        "changes": changes_of(found) if found.state == "submitted" else [],
        "may_edit": found.state in {"draft", "returned"} and bool(decide(actor, "edit", found)),
        "holders": _holders(found),
        "forms": FILE_FORMS,
        "crumbs": _crumbs((found.title_zh, "")),
        **more,
    }
    return render(request, "opening/publication.html", context, status=status)


def _verb_url(found: Publication, verb: str) -> str:
    return reverse("publication_verb", args=[found.name, verb])


def _refusals(actor: Actor, found: Publication) -> list[str]:
    """Say why an act is not offered where people would look for it."""
    decision = decide(actor, "publish", found)
    return [str(decision.reason)] if found.state == "submitted" and decision.code == "own_submission" else []


def _holders(found: Publication) -> str:
    if found.state == "submitted":
        return "、".join(person.name for person in people_who_can("publish", found)[:4])
    return found.resource.provider.name_zh if found.state in {"draft", "returned"} else ""


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def publication_edit(request: HttpRequest, name: str) -> HttpResponse:
    """Change a draft or a returned edition."""
    found = _managed(request, name)
    if not (decision := decide(_actor(request), "edit", found)):
        raise NotAllowed(decision.reason, code=decision.code)
    form = EditionForm(request.POST or None, initial=initial_of(found))
    if request.method == "POST" and form.is_valid():
        try:
            services.edit_publication(
                _actor(request), publication=found, items=request.POST.getlist("items"), **form.cleaned_data
            )
        except Invalid as error:
            form.add_invalid(error)
        else:
            messages.success(request, _("The open edition “%(title)s” is saved.") % {"title": text_of(found, "title")})
            return redirect("publication", name=name)
    return _form_page(request, form, found.resource, found)


@login_required
@require_POST
def publication_verb(request: HttpRequest, name: str, verb: str) -> HttpResponse:
    """Do one verb of the table to an edition."""
    found = _managed(request, name)
    if verb not in services.VERBS:
        raise NotFound(_("There is no such act."))
    try:
        services.VERBS[verb](_actor(request), publication=found, reason=reason_of(request))
    except ReasonMissing as error:
        return _publication_page(request, found, status=error.status, reason_error=str(error))
    except Invalid as error:
        problems = [(text, "checks") for texts in error.fields.values() for text in texts]
        return _publication_page(request, found, status=error.status, problems=problems)
    messages.success(request, done(f"opening.{verb}", text_of(found, "title")))
    return redirect("publication", name=name)
