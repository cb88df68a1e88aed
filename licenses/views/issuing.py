"""Pages to issue a license: choose the type, fill in the form."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from licenses import selectors, services
from licenses.forms import IssueForm
from licenses.models import LicenseType
from licenses.seals.schema import read_fields
from portal.kernel.errors import Conflict, Invalid
from portal.web.context import actor_of
from portal.web.fetch import fetch


@login_required
def issue_start(request: HttpRequest) -> HttpResponse:
    """Choose the type of which a license is to be issued."""
    types = selectors.issuable_types(actor_of(request))
    crumbs = [(_("Licenses"), reverse("licenses:licenses"))]
    return render(request, "licenses/issue_start.html", {"types": types, "crumbs": crumbs})


@login_required
def issue(request: HttpRequest, code: str) -> HttpResponse:
    """Issue a license of one type."""
    type_ = fetch(selectors.issuable_types(actor_of(request)), code=code)
    form = _form(request, type_)
    if request.method == "POST" and form.is_valid():
        data = {name: form.cleaned_data[name] for name in form.base_fields}
        try:
            made = services.issue_license(actor_of(request), type=type_, attributes=form.values(), **data)
        except Invalid as error:
            form.add_invalid(error)
        except Conflict as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The license is issued."))
            return redirect("licenses:license", made.identifier)
    crumbs = [
        (_("Licenses"), reverse("licenses:licenses")),
        (pgettext("license", "Issue"), reverse("licenses:issue_start")),
    ]
    context = {"form": form, "type": type_, "crumbs": crumbs, "cancel_url": reverse("licenses:issue_start")}
    return render(request, "licenses/issue.html", context, status=400 if form.errors else 200)


def _form(request: HttpRequest, type_: LicenseType) -> IssueForm:
    published = selectors.published_type_version(type_.code, type_.version)
    content = published.content if published else {"fields": [], "holder_code_types": []}
    issuers = selectors.issuers_of(actor_of(request), type_)
    return IssueForm(
        request.POST or None,
        specs=read_fields(content["fields"]),
        chinese=(get_language() or "").startswith("zh"),
        code_types=content["holder_code_types"],
        issuers=issuers,
        initial={"valid_from": timezone.localdate(), "issuer": issuers.first()},
    )
