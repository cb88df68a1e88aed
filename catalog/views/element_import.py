"""Import of data elements: the file is previewed line by line, and written once its keeper confirms what she saw."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog import policies
from catalog.data.standards.element_files import ElementRow
from catalog.forms.standards import ElementsFileForm
from catalog.models import Element
from catalog.services.element_import import VERDICTS, ElementImport, import_elements, read_element_rows
from catalog.services.elements import FIELDS
from catalog.views.standards import crumbs_to
from portal.kernel.errors import Invalid, NotAllowed
from portal.web.context import actor_of

_SALT = "catalog.element_import"
_SECONDS = 3600
_WRITES = ("create", "version", "change")


@login_required
def element_import(request: HttpRequest) -> HttpResponse:
    """Take a file and show what it would do; take the confirmation of what was shown."""
    actor = actor_of(request)
    if not (decision := policies.decide_create_standard(actor)):
        raise NotAllowed(decision.reason, code=decision.code)
    if "seen" in request.POST:
        return _write(request)
    form = ElementsFileForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form, "crumbs": crumbs_to(_("Import data elements"))}
    if form.is_valid():
        enforce = form.cleaned_data["enforce"]
        try:
            rows = read_element_rows(form.cleaned_data["file"], form.cleaned_data["file"].name)
        except Invalid as error:
            form.add_invalid(error)
        else:
            preview = import_elements(actor, rows=rows, apply=False, enforce=enforce)
            context |= _shown(preview) | {"seen": _sealed(request, rows, enforce=enforce), "enforce": enforce}
    return render(request, "catalog/element_import.html", context, status=400 if form.errors else 200)


def _shown(preview: ElementImport) -> dict[str, Any]:
    labels, counts = dict(VERDICTS), preview.counts
    fields = {name: str(Element._meta.get_field(name).verbose_name) for name in ("identifier", *FIELDS)}  # type: ignore[union-attr]  # plain fields
    lines = [
        {
            "line": line,
            "label": labels[line.verdict],
            "changes": [(fields[name], before, after) for name, before, after in line.changes],
            "problems": [_in_words(text, fields) for text in line.problems],
        }
        for line in preview.lines
    ]
    return {
        "preview": preview,
        "lines": lines,
        "counts": [(label, counts[verdict], verdict) for verdict, label in VERDICTS],
        "writes": sum(counts[verdict] for verdict in _WRITES),
    }


def _in_words(problem: str, fields: dict[str, str]) -> str:
    """Return a problem with the field it names in the words of the page."""
    name, mark, text = problem.partition(": ")
    return f"{fields[name]}{mark}{text}" if mark and name in fields else problem


def _sealed(request: HttpRequest, rows: list[ElementRow], *, enforce: bool) -> str:
    """Return what was read, signed for this reader: no half-done import lies about when nobody confirms."""
    asked = [request.user.pk, enforce, [[row.line, dict(row.values)] for row in rows]]
    return signing.dumps(asked, salt=_SALT, compress=True)


def _write(request: HttpRequest) -> HttpResponse:
    try:
        user, enforce, rows = signing.loads(request.POST["seen"], salt=_SALT, max_age=_SECONDS)
    except signing.BadSignature as error:
        raise Invalid(_("The preview is older than an hour. Hand the file in again."), code="preview_over") from error
    if user != request.user.pk:
        raise NotAllowed(_("This preview belongs to somebody else."), code="not_yours")
    asked = [ElementRow(line, values) for line, values in rows]
    done = import_elements(actor_of(request), rows=asked, apply=True, enforce=enforce)
    count = sum(done.counts[verdict] for verdict in _WRITES)
    text = ngettext("%(count)s data element is written.", "%(count)s data elements are written.", count)
    messages.success(request, text % {"count": count})
    return redirect("catalog:standards")
