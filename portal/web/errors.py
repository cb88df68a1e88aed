"""Error pages: refusals of the business, wrong addresses, wrong requests, and faults of ours."""

import sys
from http import HTTPStatus
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseServerError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from redis.exceptions import ConnectionError as RedisLost
from redis.exceptions import TimeoutError as RedisSlow

from portal.kernel.errors import DomainError, Invalid, NotAllowed
from portal.web.context import actor_of
from portal.web.kept import keep_post
from portal.web.labels import place_of
from portal.web.responses import is_htmx

_MODIFYING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_OUTAGES = (OperationalError, InterfaceError, RedisLost, RedisSlow)
#: A database or Redis that ended is started again within a second or two.
_RETRY_SECONDS = 5
#: Where a refusal is about the whole of what was sent.
_NAMELESS = frozenset({"", "__all__", "non_field_errors"})


def problem_page(request: HttpRequest, error: DomainError) -> HttpResponse:
    """Render a refusal with its status; a visitor who may not act is invited to sign in, his form is kept."""
    must_sign_in = isinstance(error, NotAllowed) and actor_of(request).user_id is None
    is_kept = must_sign_in and request.method == "POST" and keep_post(request)
    context = {
        "status": error.status,
        "code": error.code,
        "heading": heading_of(error.status, must_sign_in=must_sign_in),
        "text": str(error.message) or (_nothing_here() if error.status == HTTPStatus.NOT_FOUND else ""),
        "problems": _problems(error),
        "must_sign_in": must_sign_in,
        "next": "/kept/" if is_kept else request.get_full_path() if request.method == "GET" else "/",
        "is_kept": is_kept,
        "can_go_back": request.method in _MODIFYING,
        "without_url": _without(request, error),
    }
    template = "errors/_problem.html" if is_htmx(request) else "errors/problem.html"
    response = render(request, template, context, status=error.status)
    if retry_after := error.details.get("retry_after"):
        response["Retry-After"] = str(retry_after)
    return response


def heading_of(status: int, *, must_sign_in: bool = False) -> str:
    """Return the heading of an error page."""
    if must_sign_in:
        return _("Please sign in first")
    return {
        400: _("Something in the request is not right"),
        403: _("You may not do this"),
        404: _("Page not found"),
        405: _("This address does not take that kind of request"),
        409: _("This cannot be done now"),
        410: _("This has been withdrawn"),
        413: _("This is too large"),
        429: _("Too many requests"),
    }.get(status, _("Something went wrong"))


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a request that Django itself could not take (400)."""
    return _plain(request, 400, _("The request could not be read. Go back and try again."))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer what Django itself forbids (403)."""
    return _plain(request, 403, _("You do not have the right to open this page."))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer an address that leads nowhere (404), in the language of the reader."""
    return _plain(request, HTTPStatus.NOT_FOUND, _nothing_here())


def _nothing_here() -> str:
    return _("There is nothing at this address. It may be mistyped, withdrawn, or open only to those concerned.")


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a fault of ours without touching the database or the session.

    500, or 503 with ``Retry-After`` where database or Redis cannot be asked just now: that passes by itself.
    """
    response = HttpResponseServerError(render_to_string("errors/500.html"))
    if isinstance(sys.exc_info()[1], _OUTAGES):
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
        response["Retry-After"] = str(_RETRY_SECONDS)
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose security token does not fit, mostly because the page was left open too long."""
    text = _(
        "This form was open for too long, or cookies are blocked. Go back, reload the page and send it again; "
        "what you typed is still there."
    )
    return _plain(request, 403, text, can_go_back=True)


def _plain(request: HttpRequest, status: int, text: str, **more: Any) -> HttpResponse:
    context = {"status": status, "heading": heading_of(status), "text": text, "problems": [], **more}
    return render(request, "errors/problem.html", context, status=status)


def _problems(error: DomainError) -> list[tuple[str, str]]:
    if not isinstance(error, Invalid):
        return []
    return [
        (_("%(field)s: %(text)s") % {"field": place_of(name), "text": text} if name not in _NAMELESS else str(text), "")
        for name, texts in error.fields.items()
        for text in texts
    ]


def _without(request: HttpRequest, error: DomainError) -> str:
    """Return the address without the parameters that were refused; empty where leaving them out mends nothing."""
    if request.method != "GET" or not isinstance(error, Invalid):
        return ""
    left = request.GET.copy()
    wrong = [name for name in error.fields if left.pop(name, None)]
    return f"{request.path}?{left.urlencode()}".rstrip("?") if wrong else ""
