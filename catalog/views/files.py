"""Files with the data of a resource: handing in, watching the check, reading the report, canceling."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalog import policies, selectors
from catalog.forms import UploadForm
from catalog.models import Resource, Upload
from catalog.selectors.rejects import marked_copy
from catalog.selectors.reports import read_report, stage_of
from catalog.services.transfers import BLOCK
from catalog.services.versions import cancel_upload, receive_upload
from catalog.views.detail import resource_of, title_of, url_of
from catalog.views.editing import draft_of
from catalog.workflow import UPLOADS
from portal.kernel.actors import Actor
from portal.kernel.errors import Invalid, NotFound, TooLarge
from portal.web.context import actor_of
from portal.web.fetch import fetch
from portal.web.forms import reason_of
from portal.web.responses import is_htmx
from portal.web.verbs import Verb, verbs_for

DECISIONS = frozenset({"accept_fitting", "refuse"})
_UNDER_WAY = frozenset({"received", "checking"})


def _context(resource: Resource, title: str) -> dict[str, Any]:
    crumbs = [(_("Catalog"), "/catalog/"), (title_of(resource), resource.get_absolute_url()), (title, "")]
    return {"resource": resource, "crumbs": crumbs}


@login_required
def upload(request: HttpRequest, code: str) -> HttpResponse:
    """Take a file, and list those handed in before."""
    resource = draft_of(request, code, "upload")
    form = UploadForm(
        request.POST or None,
        request.FILES or None,
        has_version=bool(resource.current_version_id),
        tolerance=resource.tolerance,
    )
    if form.is_valid():
        facts = form.cleaned_data | {"name": form.cleaned_data["file"].name}
        try:
            received = receive_upload(actor_of(request), resource=resource, **facts)
        except (Invalid, TooLarge) as error:
            form.add_invalid(error if isinstance(error, Invalid) else Invalid(error.message))
        else:
            return redirect(url_of(resource, "upload_progress", received.pk))
    context = {
        "form": form,
        "uploads": selectors.uploads(resource)[:20],
        "items": list(resource.items.all()),
        "block_bytes": BLOCK,
    }
    status = 400 if form.errors else 200
    return render(request, "catalog/upload.html", _context(resource, _("Data file")) | context, status=status)


@login_required
def upload_progress(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Show how far the check of a file is, then its outcome; the fragment alone when htmx polls."""
    return show_upload(request, *upload_of(request, code, number))


def show_upload(
    request: HttpRequest, resource: Resource, found: Upload, *, error: str = "", status: int = 200
) -> HttpResponse:
    """Show where a file stands, with what is wrong with a decision on it."""
    marked = None
    if policies.decide_upload(actor_of(request), "rejects", found):
        marked = marked_copy(found, get_language() or settings.LANGUAGE_CODE)
    context = {
        "upload": found,
        "is_under_way": found.state in _UNDER_WAY,
        "polls": found.state in _UNDER_WAY or (marked is not None and marked.state == "making"),
        "stage": stage_of(found),
        "report": read_report(found),
        "may_cancel": bool(policies.decide_upload(actor_of(request), "cancel", found)),
        "marked": marked,
        "verbs": decision_verbs(actor_of(request), resource, found),
        "may_upload": bool(policies.decide(actor_of(request), "upload", resource)),
        "reason": reason_of(request),
        "reason_error": error,
    }
    template = "catalog/_upload_state.html" if is_htmx(request) else "catalog/upload_progress.html"
    return render(request, template, _context(resource, found.name) | context, status=status)


@require_POST
@login_required
def cancel(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Stop the check of a file."""
    resource, found = upload_of(request, code, number)
    cancel_upload(actor_of(request), upload=found)
    messages.success(request, _("The check of the file is canceled."))
    return redirect(url_of(resource, "upload_progress", found.pk))


def upload_of(request: HttpRequest, code: str, number: int) -> tuple[Resource, Upload]:
    """Find a file that whoever asks may see."""
    resource = resource_of(request, code)
    found = fetch(selectors.uploads(resource), pk=number)
    found.resource = resource
    if not policies.decide_upload(actor_of(request), "view", found):
        raise NotFound(_("There is nothing at this address, or it is not open to you."))
    return resource, found


def decision_verbs(actor: Actor, resource: Resource, found: Upload) -> list[Verb]:
    """Return the two decisions on a file with rows that do not fit."""
    return verbs_for(
        actor,
        found,
        UPLOADS,
        policies.decide_upload,
        lambda verb: url_of(resource, "decide_upload", found.pk, verb),
        tones={"accept_fitting": "p", "refuse": "d"},
        leave_out=frozenset(row.verb for row in UPLOADS.transitions) - DECISIONS,
    )
