"""Pages of licenses for officers: list, one license, its paper."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from licenses import policies, selectors, services
from licenses.forms import ActForm, LicenseFilterForm
from licenses.models import License, LicenseVersion
from licenses.seals.qr import qr_svg
from licenses.seals.records import Opened
from licenses.seals.schema import read_fields
from licenses.services.printing import preview_license, reveal_license, verify_url
from licenses.services.verification import PublicField, field_of
from licenses.views.verdicts import words_of
from licenses.workflow import LICENSE_TABLE
from portal.audit.selectors import timeline
from portal.kernel.errors import Invalid
from portal.web.context import actor_of
from portal.web.fetch import fetch
from portal.web.paging import paginate
from portal.web.verbs import verbs_for

OWN_PAGES = frozenset({"issue", "change", "renew"})
UNTOLD = frozenset({"licenses.license.reveal", "licenses.license.preview"})


@login_required
def licenses(request: HttpRequest) -> HttpResponse:
    """List and search the licenses one may see."""
    form = LicenseFilterForm(request.GET or None, types=selectors.license_types(actor_of(request)))
    if form.is_bound and not form.is_valid():
        raise Invalid(
            _("This filter does not exist."), fields={name: list(texts) for name, texts in form.errors.items()}
        )
    asked = form.cleaned_data if form.is_bound else {}
    found = selectors.licenses(
        actor_of(request),
        q=asked.get("q", ""),
        type_code=asked.get("type", ""),
        state=asked.get("state", ""),
        ending=asked.get("ending", ""),
    )
    may_issue = selectors.issuable_types(actor_of(request)).exists()
    context = {"form": form, "page": paginate(request, found), "may_issue": may_issue}
    return render(request, "licenses/licenses.html", context)


@login_required
def license(request: HttpRequest, identifier: str) -> HttpResponse:
    """Show a license: where it stands, what it says, what happened to it, what may be done."""
    found = fetch(selectors.license_by_identifier(actor_of(request), identifier))
    return render(request, "licenses/license.html", license_context(request, found, ActForm()))


@login_required
def print_pdf(request: HttpRequest, identifier: str) -> HttpResponse:
    """Give the license as a PDF for paper."""
    found = fetch(selectors.license_by_identifier(actor_of(request), identifier))
    printed = services.print_license(actor_of(request), license=found)
    response = HttpResponse(printed.content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{printed.name}"'
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
def preview(request: HttpRequest, identifier: str) -> HttpResponse:
    """Give a small picture of the page."""
    found = fetch(selectors.license_by_identifier(actor_of(request), identifier))
    response = HttpResponse(preview_license(actor_of(request), license=found), content_type="image/png")
    response["Cache-Control"] = "private, max-age=60"
    return response


def license_context(request: HttpRequest, found: License, form: ActForm) -> dict[str, Any]:
    """Gather what the page of a license shows; what it says is opened only for those who may see it."""
    may_reveal = policies.decide(actor_of(request), "reveal", found).allowed
    opened = reveal_license(actor_of(request), license=found) if may_reveal else None
    versions = selectors.versions_of(found)
    current = versions[0]
    return {
        "license": found,
        "form": form,
        "state_label": found.standing_label,
        "opened": opened,
        "values": _values(current, opened),
        "versions": versions,
        "current": current,
        "checks": words_of(selectors.verification_counts(found)),
        "timeline": [entry for entry in timeline(found) if entry.action not in UNTOLD],
        "crumbs": [(_("Licenses"), reverse("licenses:licenses"))],
        **_check(current),
        **_acts(request, found),
    }


def _check(current: LicenseVersion) -> dict[str, Any]:
    address = verify_url(current.public_id)
    path = reverse("licenses:printed", args=[current.public_id])
    return {"qr": qr_svg(address), "verify_url": address, "verify_path": path}


def _acts(request: HttpRequest, found: License) -> dict[str, Any]:
    actor = actor_of(request)

    def address(verb: str) -> str:
        return reverse("licenses:act", args=[found.identifier, verb])

    tones = {"revoke_as_penalty": "d"}
    verbs = verbs_for(actor, found, LICENSE_TABLE, policies.decide, address, leave_out=OWN_PAGES, tones=tones)
    return {
        "verbs": verbs,
        "pages": [verb for verb in policies.verbs_for(actor, found) if verb in OWN_PAGES],
        "may_print": policies.decide(actor, "print", found).allowed,
    }


def _values(current: LicenseVersion, opened: Opened | None) -> list[PublicField]:
    if opened is None or opened.record is None:
        return []
    return [
        field_of(spec, opened.record.attributes[spec.key])
        for spec in read_fields(current.type_version.content["fields"])
        if opened.record.attributes.get(spec.key)
    ]
