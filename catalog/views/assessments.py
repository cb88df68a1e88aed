"""The documents of the two assessments of a resource."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalog import policies
from catalog.forms.assessments import AssessmentDocumentForm
from catalog.selectors.assessments import assessment_documents
from catalog.services.assessments import approve_document, attach_document, read_document
from catalog.views.detail import detail_context, kept_resource, url_of
from portal.kernel.errors import Invalid
from portal.web.context import actor_of
from portal.web.fetch import fetch


@login_required
def assessments(request: HttpRequest, code: str) -> HttpResponse:
    """List the documents to those who keep the resource, and take another one."""
    found = kept_resource(request, code)
    actor = actor_of(request)
    form: forms.Form = AssessmentDocumentForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        file, kind = form.cleaned_data["file"], form.cleaned_data["kind"]
        try:
            attach_document(actor, resource=found, kind=kind, file=file, name=file.name)
        except Invalid as error:
            form.add_invalid(error)  # type: ignore[attr-defined]  # ours
        else:
            messages.success(request, _("The document is attached; it waits for the head's approval."))
            return redirect(url_of(found, "assessments"))
    context = {
        "documents": assessment_documents(found),
        "form": form,
        "may_attach": bool(policies.decide(actor, "attach_assessment", found)),
        "may_approve": bool(policies.decide(actor, "approve_assessment", found)),
    }
    page = detail_context(request, found, "assessments") | context
    return render(request, "catalog/assessments.html", page, status=400 if form.errors else 200)


@login_required
def assessment_file(request: HttpRequest, code: str, number: int) -> StreamingHttpResponse:
    """Send a document to those who keep the resource; the reading is recorded."""
    found = kept_resource(request, code)
    document = fetch(assessment_documents(found), pk=number)
    response = StreamingHttpResponse(
        read_document(actor_of(request), resource=found, document=document), content_type="application/octet-stream"
    )
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=document.name) or ""
    response["Content-Length"] = str(document.byte_count)
    return response


@require_POST
@login_required
def assessment_approve(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Approve a document."""
    found = kept_resource(request, code)
    approve_document(actor_of(request), resource=found, number=number)
    messages.success(request, _("The document is approved."))
    return redirect(url_of(found, "assessments"))
