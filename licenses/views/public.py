"""Pages for everybody: check a license by its QR code or by what stands on it; read what a type asks."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from licenses import selectors, services
from licenses.forms import VerifyForm
from licenses.models import Verification
from licenses.services.verification import Outcome, Result
from licenses.views.verdicts import verdict_of
from portal.kernel.errors import NotFound
from portal.web.context import actor_of


def _answer(request: HttpRequest, template: str, result: Result, status: int) -> HttpResponse:
    if result.untold is not None:
        render_to_string("licenses/_facts.html", {"facts": result.untold, "outcome": result.outcome})
    context = {"form": VerifyForm(), "result": result, "verdict": verdict_of(result)}
    response = render(request, template, context, status=status)
    # Not found is an answer here and no fault: a line in the log would take time and keep what was asked.
    vars(response)["_has_been_logged"] = True
    return response


@cache_control(no_store=True, private=True)
def verify(request: HttpRequest) -> HttpResponse:
    """Check a license by its identifier or code and its holder's name."""
    form = VerifyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        result = services.verify_by_name(actor_of(request), channel=Verification.Channel.PAGE, **form.cleaned_data)
        return _answer(request, "licenses/verify.html", result, 200)
    return render(request, "licenses/verify.html", {"form": form}, status=400 if form.errors else 200)


@cache_control(no_store=True, private=True)
@require_safe
def printed(request: HttpRequest, code: str) -> HttpResponse:
    """Say what is true now of the license whose printed QR code was scanned."""
    result = services.verify_code(actor_of(request), code=code, channel=Verification.Channel.QR)
    status = 404 if result.outcome == Outcome.NOT_FOUND else 200
    return _answer(request, "licenses/printed.html", result, status)


@cache_control(public=True, max_age=3600)
@require_safe
def type_metadata(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """Give the metadata of a published version of a type (SD-JWT VC type metadata, and our own parts)."""
    found = selectors.published_type_version(code, version)
    if found is None:
        raise NotFound(_("There is nothing at this address, or it is not open to you."))
    content = found.content
    display = [{"locale": "zh-Hans", "name": content["name_zh"]}]
    if content["name_en"]:
        display.append({"locale": "en", "name": content["name_en"]})
    metadata = {
        **content,
        "name": content["name_zh"],
        "display": display,
        "digest": bytes(found.digest).hex(),
        "published_at": found.published_at.isoformat(),
    }
    response = JsonResponse(metadata, json_dumps_params={"ensure_ascii": False})
    response["Access-Control-Allow-Origin"] = "*"
    return response
