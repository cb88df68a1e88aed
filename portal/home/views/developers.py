"""The developer centre and the API reference."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from opening.selectors.programs import programs_for
from portal.home.reference import reference
from portal.home.selectors import front_news
from portal.kernel.errors import NotFound
from portal.web.navigation import exists

MACHINE_LINKS = (
    ("CKAN Action API", "/api/3/action/package_list"),
    ("DCAT-AP 3 (Turtle)", "/catalog.ttl"),
    ("DCAT-US 1.1", "/data.json"),
    ("Atom", "/feeds/dataset.atom"),
)


@require_safe
def developers(request: HttpRequest) -> HttpResponse:
    """Say how to read data by program, with examples on a dataset that exists."""
    newest = front_news(1)
    links = [(label, url) for label, url in MACHINE_LINKS if exists(url)]
    context = {
        "machine_links": links,
        "site": str(settings.SITE_URL).rstrip("/"),
        "example": newest[0].name if newest else "streets",
        "programs": programs_for(newest[0], request.build_absolute_uri("/").rstrip("/")) if newest else [],
        "profile_url": reverse("open_profile"),
    }
    return render(request, "home/developers.html", context)


@require_safe
def api_reference(request: HttpRequest) -> HttpResponse:
    """Show the operations of one part of the API. Raises ``NotFound`` for a part that does not exist."""
    parts = reference()
    wanted = request.GET.get("part") or (parts[0].name if parts else "")
    shown = next((part for part in parts if part.name == wanted), None)
    if shown is None and parts:
        raise NotFound(_("The API has no such part."))
    tabs = [
        {"label": part.label, "url": f"?part={part.name}", "is_current": part is shown, "count": len(part.operations)}
        for part in parts
    ]
    return render(request, "home/api_reference.html", {"part": shown, "tabs": tabs})
