"""The auditor's pages: search the record, read one entry, prove the chain, take the list away."""

import csv
from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from portal.audit import policies
from portal.audit.models import Entry
from portal.audit.selectors import entries
from portal.audit.wording import WORDING
from portal.kernel.actors import Actor
from portal.kernel.errors import Invalid, NotAllowed
from portal.oversight.forms import RecordSearch
from portal.oversight.selectors import chain_state, search_entries
from portal.oversight.services import check_chain, note_search
from portal.web.context import actor_of
from portal.web.fetch import fetch
from portal.web.paging import paginate

COLUMNS = (
    "number",
    "at",
    "actor_name",
    "department_name",
    "action",
    "object_type",
    "object_label",
    "outcome",
    "reason",
    "ip",
)


def _auditor(actor: Actor) -> None:
    if not (decision := policies.decide(actor)):
        raise NotAllowed(decision.reason, code=decision.code)


def _conditions(request: HttpRequest) -> tuple[RecordSearch, dict[str, Any]]:
    form = RecordSearch(request.GET)
    if not form.is_valid():
        raise Invalid(fields={name: list(errors) for name, errors in form.errors.items()})
    return form, form.cleaned_data


@login_required
def records(request: HttpRequest) -> HttpResponse:
    """Search the record, newest first; a search with conditions is recorded."""
    _auditor(actor_of(request))
    form, conditions = _conditions(request)
    if any(conditions.values()):
        note_search(actor_of(request), conditions)
    page = paginate(request, search_entries(actor_of(request), conditions), per_page=50)
    context = {"form": form, "page": page, "chain": chain_state(), "is_searched": any(conditions.values())}
    return render(request, "oversight/records.html", context)


@login_required
def record_detail(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Show one entry with its place in the chain."""
    _auditor(actor_of(request))
    entry = fetch(entries(actor_of(request)), pk=entry_id)
    link = getattr(entry, "link", None)
    context = {
        "entry": entry,
        "number": link.number if link else None,
        "digest": bytes(entry.digest).hex(),
        "head": bytes(link.head).hex() if link else "",
        # What says the reason in each language is shown as the reason.
        "details": sorted((name, value) for name, value in entry.details.items() if name != WORDING),
    }
    return render(request, "oversight/record_detail.html", context)


@login_required
@require_POST
def verify(request: HttpRequest) -> HttpResponse:
    """Recompute the whole chain and show the outcome."""
    _auditor(actor_of(request))
    return render(request, "oversight/verify.html", {"result": check_chain(actor_of(request))})


def _row(entry: Entry) -> list[str]:
    link = getattr(entry, "link", None)
    at = timezone.localtime(entry.at).isoformat(timespec="seconds")
    values = [str(link.number) if link else "", at, *(str(getattr(entry, name)) for name in COLUMNS[2:])]
    return [f"'{value}" if value[:1] in "=+-@\t\r" and value else value for value in values]


class _Echo:
    """A file that hands back what is written, so that ``csv`` can stream."""

    def write(self, line: str) -> bytes:
        return line.encode()


def _lines(found: Iterator[Entry]) -> Iterator[bytes]:
    writer = csv.writer(_Echo())
    yield "\ufeff".encode()
    yield writer.writerow(COLUMNS)
    for entry in found:
        yield writer.writerow(_row(entry))


@login_required
def export(request: HttpRequest) -> StreamingHttpResponse:
    """Stream what the search finds as CSV; the export is recorded."""
    _auditor(actor_of(request))
    _form, conditions = _conditions(request)
    note_search(actor_of(request), conditions, form="export")
    found = search_entries(actor_of(request), conditions).iterator(2000)
    name = f"audit-{timezone.localdate().isoformat()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(_lines(found), content_type="text/csv; charset=utf-8", headers=headers)
