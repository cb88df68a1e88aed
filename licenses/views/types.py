"""Pages of license types: list, one type, define, change, publish, retire."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from licenses import policies, selectors, services
from licenses.forms import FieldFormSet, TypeForm, field_rows, fields_of, initial_of, labeled_fields, row_problems
from licenses.models import LicenseType
from licenses.seals.schema import MAX_FIELDS, read_fields
from licenses.workflow import TYPE_TABLE
from portal.audit.selectors import timeline
from portal.kernel.actors import Duty
from portal.kernel.errors import Conflict, Invalid, NotAllowed
from portal.web.context import actor_of
from portal.web.fetch import fetch
from portal.web.forms import reason_of
from portal.web.paging import paginate
from portal.web.verbs import Verb, verbs_for


@login_required
def types(request: HttpRequest) -> HttpResponse:
    """List the license types one may see."""
    page = paginate(request, selectors.license_types(actor_of(request)))
    may_define = bool(actor_of(request).departments(Duty.LICENSE_OFFICER))
    return render(request, "licenses/types.html", {"page": page, "may_define": may_define})


@login_required
def type(request: HttpRequest, code: str) -> HttpResponse:
    """Show a license type with its fields, versions and history."""
    found = fetch(selectors.license_types(actor_of(request)), code=code)
    return render(request, "licenses/type.html", _context(request, found))


@login_required
def define_type(request: HttpRequest) -> HttpResponse:
    """Define a license type as a draft."""
    departments = selectors.defining_departments(actor_of(request))
    if not departments:
        raise NotAllowed(_("Only license officers define license types."), code="not_license_officer")
    form, rows = _forms(request, departments=departments)
    if _is_sent(request) and form.is_valid() and rows.is_valid():
        try:
            made = services.define_type(actor_of(request), fields=fields_of(rows), **form.cleaned_data)
        except (Invalid, Conflict) as error:
            _put(form, error)
        else:
            messages.success(request, _("The type is saved as a draft."))
            return redirect("licenses:type", made.code)
    return _form_page(request, form, rows, {"cancel_url": reverse("licenses:types")})


@login_required
def change_type(request: HttpRequest, code: str) -> HttpResponse:
    """Change the draft of a type's next version."""
    found = fetch(selectors.license_types(actor_of(request)), code=code)
    if not (decision := policies.decide(actor_of(request), "change", found)):
        raise NotAllowed(decision.reason, code=decision.code)
    form, rows = _forms(request, departments=selectors.defining_departments(actor_of(request)), type_=found)
    form.fix_identity()
    if _is_sent(request) and form.is_valid() and rows.is_valid():
        try:
            services.change_type(actor_of(request), type=found, fields=fields_of(rows), **form.cleaned_data)
        except Invalid as error:
            _put(form, error)
        else:
            messages.success(request, _("The change is saved; publish it to make it the next version."))
            return redirect("licenses:type", code)
    return _form_page(request, form, rows, {"type": found, "cancel_url": reverse("licenses:type", args=[code])})


@login_required
@require_POST
def publish_type(request: HttpRequest, code: str) -> HttpResponse:
    """Publish the draft as the next version."""
    found = fetch(selectors.license_types(actor_of(request)), code=code)
    made = services.publish_type(actor_of(request), type=found)
    messages.success(request, _("Version %(version)s is published.") % {"version": made.version})
    return redirect("licenses:type", code)


@login_required
@require_POST
def retire_type(request: HttpRequest, code: str) -> HttpResponse:
    """Retire a type for good."""
    found = fetch(selectors.license_types(actor_of(request)), code=code)
    services.retire_type(actor_of(request), type=found, reason=reason_of(request))
    messages.success(request, _("The type is retired."))
    return redirect("licenses:type", code)


def _context(request: HttpRequest, found: LicenseType) -> dict[str, Any]:
    return {
        "type": found,
        "fields": labeled_fields(read_fields(found.fields)),
        "issuers": found.issuers.all(),
        "versions": selectors.type_versions(found),
        "verbs": _verbs(request, found),
        "may_change": found.state != "retired" and policies.decide(actor_of(request), "change", found).allowed,
        "may_issue": selectors.issuable_types(actor_of(request)).filter(pk=found.pk).exists(),
        "timeline": timeline(found),
        "code_types": found.holder_code_labels,
        "crumbs": [(_("Licenses"), reverse("licenses:licenses")), (_("Types"), reverse("licenses:types"))],
    }


def _verbs(request: HttpRequest, found: LicenseType) -> list[Verb]:
    idle = {"change", "publish"} if services.is_unchanged(found) else {"change"}
    return verbs_for(
        actor_of(request),
        found,
        TYPE_TABLE,
        policies.decide,
        lambda verb: reverse(f"licenses:{verb}_type", args=[found.code]),
        leave_out=frozenset(idle),
    )


def _forms(request: HttpRequest, *, departments: Any, type_: LicenseType | None = None) -> tuple[TypeForm, Any]:
    data = request.POST.copy() if request.method == "POST" else None
    if data is not None and "add_row" in data:
        given = data.get("fields-TOTAL_FORMS", "")
        total = int(given) if given.isascii() and given.isdigit() and len(given) <= len(str(MAX_FIELDS)) else 0
        data["fields-TOTAL_FORMS"] = str(min(total, MAX_FIELDS) + 1)
    form = TypeForm(
        data,
        departments=departments,
        issuers=selectors.possible_issuers(),
        initial=initial_of(type_) if type_ else {"department": departments.first()},
    )
    return form, FieldFormSet(data, prefix="fields", initial=field_rows(type_.fields) if type_ else None)


def _is_sent(request: HttpRequest) -> bool:
    return request.method == "POST" and "add_row" not in request.POST


def _put(form: TypeForm, error: Invalid | Conflict) -> None:
    if isinstance(error, Invalid):
        form.add_invalid(error)
    else:
        form.add_error("number" if "number" in form.fields else None, str(error))


def _form_page(request: HttpRequest, form: TypeForm, rows: Any, context: dict[str, Any]) -> HttpResponse:
    status = 400 if _is_sent(request) and (form.errors or rows.total_error_count()) else 200
    if not _is_sent(request) and request.method == "POST":
        form.errors.clear()
        for row in rows:
            row.errors.clear()
    crumbs = [(_("Licenses"), reverse("licenses:licenses")), (_("Types"), reverse("licenses:types"))]
    problems = row_problems(rows) if _is_sent(request) else []
    content = {"form": form, "rows": rows, "crumbs": crumbs, "row_problems": problems}
    return render(request, "licenses/define_type.html", content | context, status=status)
