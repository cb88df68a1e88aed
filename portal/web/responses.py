"""Answers that differ between a full page and a fragment asked for by htmx."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def is_htmx(request: HttpRequest) -> bool:
    """Say whether htmx asks for a fragment (not for the page after a history miss)."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-History-Restore-Request") != "true"


def safe_next(request: HttpRequest, wanted: str, default: str = "/") -> str:
    """Return ``wanted`` when it stays on this site, else ``default``."""
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return wanted
    return default
