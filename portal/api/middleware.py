"""Errors at addresses of the API that no view of it answered: as problems too, never as pages."""

import json
from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from portal.api.problems import TITLES

PREFIX = "/api/"
_CODES = {400: "bad_request", 403: "permission_denied", 404: "not_found", 413: "too_large", 503: "unavailable"}


class ApiProblemMiddleware:
    """Turns the page of an error below ``/api/`` (unknown address, unreadable request, our fault) into a problem."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_page = response.get("Content-Type", "").startswith("text/html")
        if request.path.startswith(PREFIX) and response.status_code >= HTTPStatus.BAD_REQUEST and is_page:
            _rewrite(response)
        return response


def _rewrite(response: HttpResponse) -> None:
    status = response.status_code
    code = _CODES.get(status, "error")
    detail = {
        404: _("There is nothing at this address."),
        400: _("The request could not be read. Go back and try again."),
        503: _("A part of the service cannot be reached just now. Please try again a little later."),
    }.get(status, _("Something went wrong"))
    body = {
        "type": f"/developers/api/#{code}",
        "title": TITLES.get(status, HTTPStatus(status).phrase),
        "status": status,
        "detail": detail,
        "code": code,
        "errors": [],
    }
    response.content = json.dumps(body, ensure_ascii=False).encode()
    response["Content-Type"] = "application/problem+json"
    if response.has_header("Content-Length"):
        response["Content-Length"] = str(len(response.content))
