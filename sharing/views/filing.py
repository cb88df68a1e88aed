"""The page on which errors are reported by a grant: rows chosen on the grant's rows page, or found by their key."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from catalog.models import Version
from portal.kernel.actors import Actor
from portal.kernel.errors import Conflict, Invalid, NotAllowed
from portal.web.context import actor_of
from sharing import policies, selectors
from sharing.forms.corrections import CorrectionForm, Row, reported, rows_of
from sharing.models import Correction, Grant
from sharing.selectors.content import name_of
from sharing.selectors.corrections import versions_received
from sharing.services import corrections as services

_PLACES = {"key": "find", "lines": "rows", "statement": "id_statement", "version": "id_version"}


@login_required
def correction_new(request: HttpRequest, number: str) -> HttpResponse:
    """Find rows, type what they should hold, and file it; a POST from the rows page brings the rows chosen there."""
    actor = actor_of(request)
    grant = selectors.fetch_grant(actor, number)
    if not (decision := policies.decide_report(actor, grant)):
        raise NotAllowed(decision.reason, code=decision.code)
    versions = versions_received(grant)
    if not versions:
        raise Conflict(_("The resource has no data yet."), code="no_version")
    is_filing = request.POST.get("act") == "file"
    form = _form(request, versions, is_filing=is_filing)
    page: dict[str, Any] = {"grant": grant, "form": form, "rows": [], "items": []}
    try:
        filed = _work(request, grant, versions, page)
    except (Invalid, Conflict) as error:
        page["problems"] = _problems(error)
        return render(request, "sharing/correction_form.html", page, status=error.status)
    if filed is not None:
        messages.success(request, _("Filed as %(number)s. The provider is told.") % {"number": filed.number})
        return redirect("sharing:correction", filed.number)
    return render(request, "sharing/correction_form.html", page, status=400 if is_filing else 200)


def _form(request: HttpRequest, versions: list[Version], *, is_filing: bool) -> CorrectionForm:
    data, files = (request.POST, request.FILES) if is_filing else (None, None)
    initial = {"version": request.POST.get("version", versions[0].number), "statement": request.POST.get("statement")}
    return CorrectionForm(data, files, versions=versions, initial=initial)


def _work(request: HttpRequest, grant: Grant, versions: list[Version], page: dict[str, Any]) -> Correction | None:
    """Fill the page step by step, so that what is known is shown when a step fails; file when asked and valid."""
    actor, post = actor_of(request), request.POST
    version = next((one for one in versions if str(one.number) == post.get("version")), versions[0])
    names = {item.column_id: name_of(item) for item in grant.resource.items.all()}
    items = services.report_items(actor, grant=grant, version=version)
    labeled = [(item, names.get(item.column.id, item.column.title)) for item in items]
    page["items"] = [(item, label, post.get(f"find-{item.column.id}", "")) for item, label in labeled if item.is_plain]
    page["has_key"] = any(item.is_key for item in items)
    page["rows"] = rows_of(post, [], labeled)
    if post.get("act") == "find":
        key = {item.column.name: text for item, _label, text in page["items"] if text}
        found = services.find_rows(actor, grant=grant, version=version, key=key)
        if not found:
            raise Invalid(fields={"key": [_("No row that the grant gives has these values.")]})
        page["rows"] = rows_of(post, found, labeled)
    form: CorrectionForm = page["form"]
    return _file(actor, grant, version, page["rows"], form) if form.is_bound and form.is_valid() else None


def _file(actor: Actor, grant: Grant, version: Version, rows: list[Row], form: CorrectionForm) -> Correction:
    statement, file = form.cleaned_data["statement"], form.cleaned_data["file"]
    filed = services.file_correction(actor, grant=grant, version=version, lines=reported(rows), statement=statement)
    if file:
        services.attach_evidence(actor, correction=filed, file=file, name=file.name)
    return filed


def _problems(error: Invalid | Conflict) -> list[tuple[str, str]]:
    """Return the texts of the error summary with the places they point to."""
    if isinstance(error, Invalid) and error.fields:
        return [(str(text), _PLACES.get(name, "")) for name, texts in error.fields.items() for text in texts]
    return [(str(error), "")]
