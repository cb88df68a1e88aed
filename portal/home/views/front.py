"""The front page and the list of all public pages for crawlers."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from opening.selectors import open_editions, organizations_with_counts
from portal.home.selectors import front_figures, front_news, front_themes
from portal.web.navigation import exists

EXAMPLES = ("街道", "村和社区", "nanguan")
STATIC_PAGES = (
    "/",
    "/dataset/",
    "/verify/",
    "/developers/",
    "/developers/api/",
    "/help/",
    "/accessibility/",
    "/site-map/",
)
MOST_ADDRESSES = 50_000


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """Show the search, the live figures, the themes and what is new."""
    context = {"figures": front_figures(), "themes": front_themes(), "news": front_news(), "examples": EXAMPLES}
    context["has_requests"] = exists("/request/")
    return render(request, "home/front.html", context)


@require_safe
@cache_control(public=True, max_age=600)
def sitemap(request: HttpRequest) -> HttpResponse:
    """List the public addresses with the day each dataset changed (sitemaps.org, at most 50,000)."""
    root = str(settings.SITE_URL).rstrip("/")
    editions = open_editions().only("name", "updated_at").select_related(None).order_by("name")
    pages = [
        *((f"{root}{path}", None) for path in STATIC_PAGES),
        *((f"{root}/organization/{department.slug}", None) for department in organizations_with_counts()),
        *((f"{root}/dataset/{edition.name}", edition.updated_at) for edition in editions),
    ]
    return render(
        request, "home/sitemap.xml", {"pages": pages[:MOST_ADDRESSES]}, content_type="application/xml; charset=utf-8"
    )
