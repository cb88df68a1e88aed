"""Health for watchers and numbers for Prometheus."""

import hmac
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from portal import __version__
from portal.runtime.health import failing_parts
from portal.runtime.metrics import exposition


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Say that this process serves."""
    return JsonResponse({"status": "ok", "version": __version__})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Say whether every part answers, and which does not."""
    failing = failing_parts()
    body = {"status": "failing" if failing else "ok", "version": __version__, "failing": failing}
    return JsonResponse(body, status=503 if failing else 200)


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Give the numbers to this machine, or to whoever has METRICS_TOKEN; to others there is no such page."""
    if not _may_read_metrics(request):
        return HttpResponse(status=404)
    return HttpResponse(exposition(settings.REDIS_URL), content_type=CONTENT_TYPE_LATEST)


def _may_read_metrics(request: HttpRequest) -> bool:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    if settings.METRICS_TOKEN:
        return hmac.compare_digest(given.encode(), settings.METRICS_TOKEN.encode())
    # Behind a proxy every caller seems to be this machine, so a forwarded request needs the token.
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
