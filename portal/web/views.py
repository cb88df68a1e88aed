"""Pages about the site itself: display, accessibility, help, site map, kept forms, and files for machines."""

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_http_methods

from portal.web.display import keep
from portal.web.display_form import DisplayForm
from portal.web.kept import forget_post, kept_post
from portal.web.responses import safe_next

CHOICES = ("theme", "text", "language")


@require_http_methods(["GET", "HEAD", "POST"])
def display(request: HttpRequest) -> HttpResponse:
    """Show the display settings; keep the ones given (by form or by link) and go back to where one came from."""
    given = request.POST if request.method == "POST" else request.GET
    chosen = {name: given.get(name, "") for name in CHOICES}
    target = safe_next(request, given.get("next", ""), "/display/")
    if not any(chosen.values()):
        return render(request, "web/display.html", {"form": DisplayForm.for_request(request), "next": target})
    response = HttpResponseRedirect(target)
    keep(request, response, **chosen)
    return response


@require_GET
def accessibility(request: HttpRequest) -> HttpResponse:
    """Show the accessibility statement with the gaps we know."""
    return render(request, "web/accessibility.html")


@require_GET
def help_page(request: HttpRequest) -> HttpResponse:
    """Show help: how to find, ask for, open and verify, and whom to call."""
    return render(request, "web/help.html", {"idle_minutes": settings.SESSION_COOKIE_AGE // 60})


@require_GET
def site_map(request: HttpRequest) -> HttpResponse:
    """List the parts of the site that this person can open."""
    return render(request, "web/site_map.html")


@login_required
@require_http_methods(["GET", "POST"])
def kept(request: HttpRequest) -> HttpResponse:
    """Show the form that was posted after the session had ended, to send it now or to drop it."""
    post = kept_post(request)
    if request.method == "POST":
        forget_post(request)
        messages.info(request, _("The kept form is dropped."))
        return redirect("/desk/")
    if post is None:
        return redirect("/desk/")
    return render(request, "web/kept.html", {"post": post})


@require_GET
@cache_control(public=True, max_age=3600)
def robots(request: HttpRequest) -> HttpResponse:
    """Tell crawlers what is worth reading."""
    closed = ("/display/", "/accounts/", "/desk/", "/catalog/", "/sharing/", "/opening/", "/licenses/", "/v/", "/p/")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), f"Sitemap: {_site_url()}/sitemap.xml", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_GET
@cache_control(public=True, max_age=3600)
def security_txt(request: HttpRequest) -> HttpResponse:
    """Say where to report a weakness (RFC 9116)."""
    expires = (timezone.now() + timedelta(days=180)).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [
        f"Contact: mailto:{settings.BRAND.contact_email}",
        f"Expires: {expires.isoformat()}",
        "Preferred-Languages: zh-Hans, en",
        f"Canonical: {_site_url()}/.well-known/security.txt",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_GET
def favicon(request: HttpRequest) -> HttpResponse:
    """Send browsers that ask at the old address to the picture."""
    return redirect(static("web/favicon.svg"), permanent=False)


@require_GET
@cache_control(public=True, max_age=3600)
def brand_css(request: HttpRequest) -> HttpResponse:
    """Give the operator's own colors as a style sheet, so that no page needs inline style."""
    brand = settings.BRAND
    colors = {"--lake": brand.color_action, "--lakeh": brand.color_action, "--gold": brand.color_accent}
    rules = "".join(f"{name}:{value};" for name, value in colors.items() if value and set(value) <= _COLOR_CHARACTERS)
    text = f':root:not([data-theme="dark"]){{{rules}}}' if rules else ""
    return HttpResponse(text, content_type="text/css; charset=utf-8")


_COLOR_CHARACTERS = frozenset("#0123456789abcdefABCDEF")


def _site_url() -> str:
    return str(settings.SITE_URL).rstrip("/")
