"""Pages of corrections: the list and its export, one correction with its evidence, and its verbs."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalog.selectors.export import CONTENT_TYPES, render_rows
from portal.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, ReasonMissing
from portal.web.context import actor_of
from portal.web.fetch import fetch
from portal.web.forms import reason_of
from portal.web.paging import paginate
from portal.web.words import done
from sharing.forms.corrections import CorrectionFilterForm, EvidenceForm
from sharing.models import Correction
from sharing.selectors import corrections as selectors
from sharing.services import corrections as services
from sharing.views.correction_words import correction_context
from sharing.views.words import list_tabs
from sharing.workflow import CORRECTIONS

_REFUSED = (Invalid, ReasonMissing, Conflict)
_DIGITS = 5


def _asked(request: HttpRequest) -> tuple[QuerySet[Correction], dict[str, Any]]:
    """Return the corrections that the filters of the address ask for, and the filters."""
    actor = actor_of(request)
    if not actor.is_official:
        raise NotAllowed(_("Sharing is for officials."))
    filters = CorrectionFilterForm(request.GET, states=CORRECTIONS.choices())
    if not filters.is_valid():
        wrong = {name: [str(text) for text in texts] for name, texts in filters.errors.items()}
        raise Invalid(_("A filter of this list is not right."), fields=wrong)
    given = filters.cleaned_data
    found = selectors.corrections(
        actor, state=given["state"], side=given["side"], q=given["q"].strip(), late=bool(given["late"])
    )
    return found, given


@login_required
def correction_list(request: HttpRequest) -> HttpResponse:
    """List corrections: filed by one's departments, received by them, told to them; late ones on top."""
    found, given = _asked(request)
    context = {
        "page": paginate(request, found),
        "filters": given,
        "states": CORRECTIONS.choices(),
        "tabs": list_tabs(actor_of(request), "corrections"),
        "today": timezone.localdate(),
    }
    return render(request, "sharing/corrections.html", context)


@login_required
def correction_export(request: HttpRequest, form: str) -> StreamingHttpResponse:
    """Send the list, filtered as asked, as CSV or XLSX; it names no row of data and no value."""
    if form not in CONTENT_TYPES:
        raise NotFound
    found, _given = _asked(request)
    rows = selectors.export_rows(found.select_related("corrected_in"))
    name = f"corrections-{timezone.localdate():%Y%m%d}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(render_rows(rows, form), content_type=CONTENT_TYPES[form], headers=headers)


@login_required
def correction_detail(request: HttpRequest, number: str) -> HttpResponse:
    """Show one correction: where it stands, what is wrong where, the evidence, the answer, the record."""
    return _detail(request, selectors.fetch_correction(actor_of(request), number))


def _detail(
    request: HttpRequest, correction: Correction, error: Exception | None = None, evidence: EvidenceForm | None = None
) -> HttpResponse:
    page = selectors.correction_page(actor_of(request), correction)
    context = correction_context(actor_of(request), page, error) | {"reason": reason_of(request)}
    context["evidence_form"] = evidence or EvidenceForm()
    if isinstance(error, ReasonMissing) and "narrowable" in request.POST:
        context["ticked"] = set(_ticked(request))
    status = getattr(error, "status", 400 if evidence is not None else 200)
    return render(request, "sharing/correction.html", context, status=status)


@login_required
@require_POST
def correction_attach(request: HttpRequest, number: str) -> HttpResponse:
    """Attach one more document of evidence."""
    correction = selectors.fetch_correction(actor_of(request), number)
    form = EvidenceForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            services.attach_evidence(actor_of(request), correction=correction, file=file, name=file.name)
        except Invalid as error:
            form.add_invalid(error)
        else:
            messages.success(request, _("The document is attached."))
            return redirect("sharing:correction", number)
    return _detail(request, correction, evidence=form)


@login_required
def correction_document(request: HttpRequest, number: str, document: int) -> StreamingHttpResponse:
    """Send a document of evidence to both sides; the reading is recorded."""
    correction = selectors.fetch_correction(actor_of(request), number)
    found = fetch(correction.documents.all(), pk=document)
    blocks = services.read_evidence(actor_of(request), correction=correction, document=found)
    response = StreamingHttpResponse(blocks, content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=found.name) or ""
    response["Content-Length"] = str(found.byte_count)
    return response


@login_required
@require_POST
def correction_verb(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """Do one verb of the table, or take note as another holder; what is missing is said on the page itself."""
    correction = selectors.fetch_correction(actor_of(request), number)
    if verb not in _VERBS:
        raise NotFound(_("There is no such act."))
    try:
        _VERBS[verb](request, correction)
    except _REFUSED as error:
        return _detail(request, selectors.fetch_correction(actor_of(request), number), error)
    messages.success(request, done(f"sharing.correction.{verb}", number))
    return redirect("sharing:correction", number)


def _confirm(request: HttpRequest, correction: Correction) -> object:
    # The page lists every line with a tick; without the marker the post comes from a page without the list.
    lines = _ticked(request) if "narrowable" in request.POST else None
    return services.confirm(actor_of(request), correction=correction, lines=lines, reason=reason_of(request))


def _ticked(request: HttpRequest) -> list[int]:
    given = request.POST.getlist("lines")
    if not all(text.isascii() and text.isdigit() and len(text) < _DIGITS for text in given):
        raise Invalid(fields={"lines": [_("There is no such line.")]})
    return [int(text) for text in given]


def _reasoned(service: Callable[..., object]) -> Callable[[HttpRequest, Correction], object]:
    return lambda request, correction: service(actor_of(request), correction=correction, reason=reason_of(request))


_VERBS: dict[str, Callable[[HttpRequest, Correction], object]] = {
    "verify": lambda request, correction: services.verify(actor_of(request), correction=correction),
    "confirm": _confirm,
    "refuse": _reasoned(services.refuse_correction),
    "correct": _reasoned(services.correct),
    "withdraw": _reasoned(services.withdraw_correction),
    "receive": lambda request, correction: services.confirm_receipt(actor_of(request), correction=correction),
}
