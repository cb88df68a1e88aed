"""Acts on a license: withhold, resume, revoke and cancel by button; change and renew by a form of their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from licenses import policies, selectors, services
from licenses.forms import VALUE_PREFIX, ActForm, ChangeForm, RenewForm
from licenses.models import License
from licenses.seals.schema import read_fields
from licenses.services.issuing import next_start
from licenses.services.printing import reveal_license
from licenses.views.licenses import license_context
from portal.kernel.decisions import Decision
from portal.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.web.context import actor_of
from portal.web.fetch import fetch

VERBS: dict[str, Callable[..., License]] = {
    "withhold": services.withhold_license,
    "resume": services.resume_license,
    "revoke": services.revoke_license,
    "revoke_as_penalty": services.revoke_license_as_penalty,
    "cancel": services.cancel_license,
}


@login_required
@require_POST
def act(request: HttpRequest, identifier: str, verb: str) -> HttpResponse:
    """Do one verb to a license, with reason and legal basis."""
    found = fetch(selectors.license_by_identifier(actor_of(request), identifier))
    if verb not in VERBS:
        raise NotFound(_("There is nothing at this address, or it is not open to you."))
    form = ActForm(request.POST)
    if form.is_valid():
        try:
            VERBS[verb](actor_of(request), license=found, **form.cleaned_data)
        except Invalid as error:
            form.add_invalid(error)
        else:
            messages.success(request, _("Done; the verify page shows it at once."))
            return redirect("licenses:license", found.identifier)
    return render(request, "licenses/license.html", license_context(request, found, form), status=400)


@login_required
def change(request: HttpRequest, identifier: str) -> HttpResponse:
    """Change what a license says, as its next version."""
    found = fetch(selectors.license_by_identifier(actor_of(request), identifier))
    form = _change_form(request, found)
    if request.method == "POST" and form.is_valid():
        data = {name: form.cleaned_data[name] for name in form.base_fields}
        try:
            made = services.change_license(actor_of(request), license=found, attributes=form.values(), **data)
        except (Invalid, Conflict) as error:
            _put(form, error)
        else:
            messages.success(request, _("The next version is issued."))
            return redirect("licenses:license", made.identifier)
    return _page(request, "licenses/change.html", found, form)


@login_required
def renew(request: HttpRequest, identifier: str) -> HttpResponse:
    """Renew a license, as its next version."""
    found = fetch(selectors.license_by_identifier(actor_of(request), identifier))
    _ask(policies.decide(actor_of(request), "renew", found))
    form = RenewForm(request.POST or None, initial={"valid_from": next_start(found)})
    if request.method == "POST" and form.is_valid():
        try:
            made = services.renew_license(actor_of(request), license=found, **form.cleaned_data)
        except (Invalid, Conflict) as error:
            _put(form, error)
        else:
            messages.success(request, _("The next version is issued."))
            return redirect("licenses:license", made.identifier)
    return _page(request, "licenses/renew.html", found, form)


def _ask(decision: Decision) -> None:
    """Open a form only to those who may send it."""
    if not decision:
        raise NotAllowed(decision.reason, code=decision.code)


def _change_form(request: HttpRequest, found: License) -> ChangeForm:
    opened = reveal_license(actor_of(request), license=found)
    current = selectors.versions_of(found)[0]
    initial: dict[str, Any] = {}
    if opened.record is not None:
        initial = {VALUE_PREFIX + key: value for key, value in opened.record.attributes.items()}
        initial["holder_name"] = opened.record.holder_name
    return ChangeForm(
        request.POST or None,
        specs=read_fields(current.type_version.content["fields"]),
        chinese=(get_language() or "").startswith("zh"),
        initial=initial,
    )


def _put(form: ChangeForm | RenewForm, error: Invalid | Conflict) -> None:
    if isinstance(error, Invalid):
        form.add_invalid(error)
    else:
        form.add_error(None, str(error))


def _page(request: HttpRequest, template: str, found: License, form: ChangeForm | RenewForm) -> HttpResponse:
    own = reverse("licenses:license", args=[found.identifier])
    crumbs = [(_("Licenses"), reverse("licenses:licenses")), (found.type.name_zh, own)]
    context = {"license": found, "form": form, "crumbs": crumbs, "cancel_url": own}
    return render(request, template, context, status=400 if form.errors else 200)
