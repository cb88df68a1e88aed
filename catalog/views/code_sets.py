"""Pages of code sets: the list, a version with its codes, comparing two, filling a draft from a file."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalog import policies
from catalog.forms.standards import CodesForm, NewCodeSetForm, NewVersionForm
from catalog.messages import message
from catalog.models import CodeSet, CodeSetVersion
from catalog.selectors import standards as selectors
from catalog.selectors.export import CONTENT_TYPES, render_rows
from catalog.selectors.standard_files import code_table, render_json
from catalog.selectors.standard_uses import items_with, reach_of
from catalog.services import code_sets as services
from catalog.views.standards import crumbs_to, standards_tabs, words_of
from catalog.workflow import CODE_SETS
from portal.audit.selectors import timeline
from portal.kernel.errors import DomainError, Invalid, NotAllowed, NotFound, ReasonMissing
from portal.web.bilingual import text_of
from portal.web.context import actor_of
from portal.web.fetch import fetch
from portal.web.forms import reason_of
from portal.web.paging import paginate
from portal.web.verbs import verbs_for
from portal.web.words import done

_CODES_A_PAGE = 100
_PROBLEMS_SHOWN = 100


@login_required
def code_sets(request: HttpRequest) -> HttpResponse:
    """List the code sets; words are looked for in the codes and labels too."""
    actor, words = actor_of(request), words_of(request)
    context = {
        "page": paginate(request, selectors.code_sets(actor, words), 50),
        "words": words,
        "tabs": standards_tabs("code_sets"),
        "may_create": bool(policies.decide_create_standard(actor)),
        "crumbs": crumbs_to(_("Code sets")),
    }
    return render(request, "catalog/code_sets.html", context)


def _set(request: HttpRequest, code_set: str) -> CodeSet:
    return fetch(selectors.code_sets(actor_of(request)), code=code_set)


def _version(request: HttpRequest, code_set: str, number: str) -> CodeSetVersion:
    return fetch(selectors.code_set_versions(actor_of(request), _set(request, code_set)), number=number)


@login_required
def code_set(request: HttpRequest, code_set: str) -> HttpResponse:
    """Show the version in force of a code set, or the newest there is."""
    found = list(selectors.code_set_versions(actor_of(request), _set(request, code_set)))
    return _show(request, next((version for version in found if version.state == "in_force"), found[0]))


@login_required
def code_set_version(request: HttpRequest, code_set: str, number: str) -> HttpResponse:
    """Show one version of a code set with its codes."""
    return _show(request, _version(request, code_set, number))


def _show(request: HttpRequest, found: CodeSetVersion, *, error: str = "", status: int = 200) -> HttpResponse:
    actor, code_set = actor_of(request), found.code_set
    context = _uses(request, code_set) | {
        "code_set": code_set,
        "version": found,
        "versions": list(selectors.code_set_versions(actor, code_set)),
        "elements": selectors.elements_in_force().filter(code_set=code_set).order_by("identifier"),
        "page": paginate(request, found.codes.order_by("position"), _CODES_A_PAGE),
        "may_edit": bool(policies.decide_standard(actor, "edit", found)),
        "may_create": bool(policies.decide_create_standard(actor)),
        "verbs": verbs_for(
            actor,
            found,
            CODE_SETS,
            policies.decide_standard,
            lambda verb: reverse("catalog:code_set_act", args=[code_set.code, found.number, verb]),
            tones={"enforce": "p", "withdraw": "d"},
            leave_out=frozenset({"supersede"}),
        ),
        "timeline": timeline(found),
        "reason": reason_of(request),
        "reason_error": error,
        "crumbs": crumbs_to(text_of(code_set, "name"), "code_sets", _("Code sets")),
    }
    return render(request, "catalog/code_set.html", context, status=status)


def _uses(request: HttpRequest, code_set: CodeSet) -> dict[str, Any]:
    items = items_with(actor_of(request), code_set)
    return {"items": items, "reach": reach_of(actor_of(request), items)}


@login_required
def code_set_new(request: HttpRequest) -> HttpResponse:
    """Start a code set with the draft of its first version."""
    actor = actor_of(request)
    if not (decision := policies.decide_create_standard(actor)):
        raise NotAllowed(decision.reason, code=decision.code)
    form = NewCodeSetForm(request.POST or None)
    if form.is_valid():
        try:
            made = services.create_code_set(actor, **form.cleaned_data)
        except Invalid as error:
            form.add_invalid(error)
        else:
            return redirect(f"{made.get_absolute_url()}import/")
    context = {"form": form, "title": _("New code set"), "cancel_url": reverse("catalog:code_sets")}
    context["crumbs"] = crumbs_to(_("New code set"), "code_sets", _("Code sets"))
    return render(request, "catalog/standard_form.html", context, status=400 if form.errors else 200)


@login_required
def code_set_draft(request: HttpRequest, code_set: str) -> HttpResponse:
    """Draft the next version of a code set from the codes in force."""
    actor, found = actor_of(request), _set(request, code_set)
    if not (decision := policies.decide_create_standard(actor)):
        raise NotAllowed(decision.reason, code=decision.code)
    form = NewVersionForm(request.POST or None)
    if form.is_valid():
        try:
            made = services.new_code_set_version(actor, code_set=found, **form.cleaned_data)
        except Invalid as error:
            form.add_invalid(error)
        else:
            return redirect(f"{made.get_absolute_url()}import/")
    context = {"form": form, "title": _("New version"), "cancel_url": found.get_absolute_url()}
    context["crumbs"] = crumbs_to(text_of(found, "name"), "code_sets", _("Code sets"))
    return render(request, "catalog/standard_form.html", context, status=400 if form.errors else 200)


@login_required
def code_set_compare(request: HttpRequest, code_set: str) -> HttpResponse:
    """Show what differs between two versions, ``before`` and ``after``."""
    versions = list(selectors.code_set_versions(actor_of(request), _set(request, code_set)))
    chosen = [_chosen(versions, request.GET.get(name, "")) for name in ("before", "after")]
    before, after = chosen[0] or versions[-1], chosen[1] or versions[0]
    context = {
        "code_set": before.code_set,
        "versions": versions,
        "before": before,
        "after": after,
        "page": paginate(request, selectors.compare_versions(before, after), _CODES_A_PAGE),
        "crumbs": crumbs_to(text_of(before.code_set, "name"), "code_sets", _("Code sets")),
    }
    return render(request, "catalog/code_set_compare.html", context)


def _chosen(versions: list[CodeSetVersion], number: str) -> CodeSetVersion | None:
    if not number:
        return None
    found = next((version for version in versions if version.number == number), None)
    if found is None:
        raise NotFound(_("This code set has no version of that number."))
    return found


@login_required
def code_set_import(request: HttpRequest, code_set: str, number: str) -> HttpResponse:
    """Fill a draft from a file: all of it, or a report of what is wrong and nothing."""
    actor, version = actor_of(request), _version(request, code_set, number)
    if not (decision := policies.decide_standard(actor, "edit", version)):
        raise NotAllowed(decision.reason, code=decision.code)
    form, problems = CodesForm(request.POST or None, request.FILES or None), []
    if form.is_valid():
        try:
            file = services.read_code_file(form.cleaned_data["file"], form.cleaned_data["file"].name)
            problems = [(problem, message(problem.reason)) for problem in file.problems]
            if not problems:
                count = services.set_codes(actor, version=version, rows=file.rows)
                messages.success(request, _("%(count)s codes are saved in the draft.") % {"count": count})
                return redirect(version.get_absolute_url())
        except Invalid as error:
            form.add_invalid(error)
    context: dict[str, Any] = {"form": form, "version": version, "code_set": version.code_set}
    context |= {"problems": problems[:_PROBLEMS_SHOWN], "problem_count": len(problems)}
    context["crumbs"] = crumbs_to(text_of(version.code_set, "name"), "code_sets", _("Code sets"))
    return render(request, "catalog/code_set_import.html", context, status=400 if form.errors or problems else 200)


@login_required
def code_set_export(
    request: HttpRequest, code_set: str, number: str, form: str
) -> HttpResponse | StreamingHttpResponse:
    """Send the codes of a version as CSV, XLSX or JSON."""
    version = _version(request, code_set, number)
    name = f'attachment; filename="{code_set}-{number}.{form}"'
    if form == "json":
        body = render_json(code_table(version))
        return HttpResponse(body, "application/json", headers={"Content-Disposition": name})
    if form not in CONTENT_TYPES:
        raise NotFound
    return StreamingHttpResponse(
        render_rows(code_table(version), form),
        content_type=CONTENT_TYPES[form],
        headers={"Content-Disposition": name},
    )


@require_POST
@login_required
def code_set_act(request: HttpRequest, code_set: str, number: str, verb: str) -> HttpResponse:
    """Put a version in force or withdraw it."""
    version = _version(request, code_set, number)
    if verb not in services.CODE_SET_VERBS:
        raise NotFound
    try:
        services.CODE_SET_VERBS[verb](actor_of(request), version=version, reason=reason_of(request))
    except ReasonMissing as error:
        return _show(request, version, error=str(error), status=DomainError.status)
    messages.success(request, done(f"catalog.code_set.{verb}", text_of(version.code_set, "name")))
    return redirect(version.get_absolute_url())
