"""What does not fit: the decision on it, and the file with its errors marked."""

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalog.services.rejects import accept_fitting, ask_marked, marked_file, refuse_upload
from catalog.views.detail import url_of
from catalog.views.files import DECISIONS, show_upload, upload_of
from portal.kernel.errors import NotFound, ReasonMissing
from portal.web.context import actor_of
from portal.web.forms import reason_of


@login_required
def upload_rejects(request: HttpRequest, code: str, number: int) -> FileResponse:
    """Give the file back with what does not fit marked in it."""
    _resource, found = upload_of(request, code, number)
    marked = marked_file(actor_of(request), upload=found)
    return FileResponse(marked.stream, as_attachment=True, filename=marked.name)


@require_POST
@login_required
def upload_rejects_prepare(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Have the marked copy of a large file made."""
    resource, found = upload_of(request, code, number)
    ask_marked(actor_of(request), upload=found)
    return redirect(url_of(resource, "upload_progress", found.pk))


@require_POST
@login_required
def decide_upload(request: HttpRequest, code: str, number: int, verb: str) -> HttpResponse:
    """Accept the rows that fit, or refuse the file."""
    if verb not in DECISIONS:
        raise NotFound(_("There is no such act."))
    resource, found = upload_of(request, code, number)
    decide = accept_fitting if verb == "accept_fitting" else refuse_upload
    try:
        decide(actor_of(request), upload=found, reason=reason_of(request))
    except ReasonMissing as error:
        return show_upload(request, resource, found, error=str(error), status=error.status)
    return redirect(url_of(resource, "upload_progress", found.pk))
