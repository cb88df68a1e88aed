"""Import, export, bulk edit and the batches they make."""

import json
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalog import policies, selectors
from catalog.forms.batches import BulkForm, ExtensionForm, ImportForm
from catalog.messages import message
from catalog.models import VERDICTS, Batch
from catalog.selectors.batches import batch_lines, batches, progress_of, verdict_counts, worded_line
from catalog.selectors.exchange import catalog_document, filled_template
from catalog.selectors.extensions import all_extension_fields
from catalog.services import batches as acts
from catalog.services.bulk import bulk_lines, bulk_name
from catalog.services.extensions import define_extension
from catalog.workflow import BATCHES
from portal.audit.selectors import timeline
from portal.kernel.actors import Duty
from portal.kernel.errors import Invalid, NotAllowed, NotFound
from portal.web.bilingual import text_of
from portal.web.context import actor_of
from portal.web.fetch import fetch
from portal.web.paging import paginate
from portal.web.responses import is_htmx
from portal.web.verbs import verbs_for
from portal.web.words import done

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ACTS = {"begin": acts.begin_batch, "drop": acts.drop_batch, "undo": acts.undo_batch}


def _ask(request: HttpRequest) -> None:
    if not (decision := policies.decide_start_batch(actor_of(request))):
        raise NotAllowed(decision.reason, code=decision.code)


def _crumbs(title: str) -> list[tuple[str, str]]:
    return [
        (_("Catalog"), reverse("catalog:resources")),
        (_("Import and bulk edit"), reverse("catalog:batches")),
        (title, ""),
    ]


@login_required
def batch_list(request: HttpRequest) -> HttpResponse:
    """List the batches of the reader, and take a file to import."""
    _ask(request)
    form = ImportForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        file = form.cleaned_data["file"]
        batch = acts.start_import(actor_of(request), file=file, name=file.name)
        return redirect("catalog:batch", batch.pk)
    context = {"form": form, "page": paginate(request, batches(actor_of(request))), "crumbs": _crumbs("")[:2]}
    return render(request, "catalog/batches.html", context, status=400 if form.errors else 200)


@login_required
def batch(request: HttpRequest, number: int) -> HttpResponse:
    """Show what a batch does to each description, and take the decision."""
    actor = actor_of(request)
    found: Batch = fetch(batches(actor), pk=number)
    counts, page = verdict_counts(found), paginate(request, batch_lines(found))
    context: dict[str, Any] = {
        "batch": found,
        "counts": [(label, counts.get(verdict, 0), verdict) for verdict, label in VERDICTS],
        "page": page,
        "lines": [worded_line(line) for line in page],
        "problem": message(found.problem["code"], found.problem.get("params")) if found.problem else "",
        "verbs": verbs_for(
            actor,
            found,
            BATCHES,
            policies.decide_batch,
            lambda verb: reverse("catalog:batch_act", args=[found.pk, verb]),
            tones={"begin": "p", "undo": "d"},
            leave_out=frozenset({"preview", "fail", "apply"}),
        ),
        "progress": progress_of(found),
        "timeline": timeline(found),
        "crumbs": _crumbs(found.title),
    }
    return render(request, "catalog/_batch_progress.html" if is_htmx(request) else "catalog/batch.html", context)


@require_POST
@login_required
def batch_act(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Apply, drop or undo a batch."""
    if verb not in _ACTS:
        raise NotFound
    found: Batch = fetch(batches(actor_of(request)), pk=number)
    moved = _ACTS[verb](actor_of(request), batch=found)
    said = "apply" if moved.state == "applied" else verb
    messages.success(request, done(f"catalog.batch.{said}", found.title))
    return redirect("catalog:batch", found.pk)


@login_required
def bulk(request: HttpRequest) -> HttpResponse:
    """Choose resources and what to write into them; the preview shows every before and after."""
    _ask(request)
    actor = actor_of(request)
    own = selectors.resources(actor).filter(provider_id__in=actor.departments(Duty.DATA_OFFICER))
    choosable = own.exclude(state__in=("submitted", "in_review", "retired")).order_by("title_zh")
    form = BulkForm(request.POST or None, resources=choosable)
    if form.is_valid():
        chosen = list(form.cleaned_data["resources"].select_related("provider", "amendment"))
        lines = bulk_lines(chosen, fields=form.values, item_values=form.item_values, only=form.only)
        made = acts.start_bulk(actor, name=bulk_name(lines), asked=lines)
        return redirect("catalog:batch", made.pk)
    context = {"form": form, "crumbs": _crumbs(_("Bulk edit"))}
    return render(request, "catalog/bulk.html", context, status=400 if form.errors else 200)


@login_required
def template(request: HttpRequest) -> HttpResponse:
    """Send the empty import template with its drop-downs and notes."""
    return _file(filled_template(()), _XLSX, "catalog-template.xlsx")


@login_required
def exchange(request: HttpRequest, form: str) -> HttpResponse:
    """Send the reader's own resources in the form that the import takes back: the template filled in, or JSON."""
    found = selectors.exchanged(actor_of(request))
    name = f"catalog-{timezone.localdate():%Y%m%d}.{form}"
    if form == "xlsx":
        return _file(filled_template(found), _XLSX, name)
    if form != "json":
        raise NotFound
    text = json.dumps(catalog_document(found), ensure_ascii=False, indent=1)
    return _file(text.encode(), "application/json", name)


def _file(content: bytes, content_type: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=content_type, headers=headers)


@login_required
def extensions(request: HttpRequest) -> HttpResponse:
    """List the extension fields; the province's coordinator defines them."""
    actor = actor_of(request)
    may = bool(policies.decide_extensions(actor))
    form = ExtensionForm(request.POST or None)
    if form.is_valid():
        try:
            made = define_extension(actor, **form.cleaned_data)
        except Invalid as error:
            form.add_invalid(error)
        else:
            messages.success(request, _("The extension field “%(name)s” is saved.") % {"name": text_of(made, "name")})
            return redirect("catalog:extensions")
    crumbs = [(_("Catalog"), reverse("catalog:resources")), (_("Extension fields"), "")]
    context = {"fields": all_extension_fields(), "form": form, "may_define": may, "crumbs": crumbs}
    return render(request, "catalog/extensions.html", context, status=400 if form.errors else 200)
