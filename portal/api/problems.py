"""Turns refusals into ``application/problem+json`` (RFC 9457) with a stable ``code``."""

from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, ValidationError
from django.db import DataError
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from portal.kernel.errors import DomainError, Invalid, TooLarge, TooManyRequests
from portal.workflow.attempts import keep_attempt

TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    406: "Not Acceptable",
    409: "Conflict",
    410: "Gone",
    411: "Length Required",
    412: "Precondition Failed",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    416: "Range Not Satisfiable",
    422: "Unprocessable Content",
    429: "Too Many Requests",
    460: "Checksum Mismatch",  # of tus 1.0
    503: "Service Unavailable",
}


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    errors: list[dict[str, str]] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """Build a problem answer; ``errors`` lists ``{"field", "message"}``."""
    body = {
        "type": f"/developers/api/#{code}",
        "title": TITLES.get(status, "Error"),
        "status": status,
        "detail": detail,
        "code": code,
        "errors": errors or [],
    }
    return Response(body, status=status, headers=headers, content_type="application/problem+json")


def _flat(detail: Any, field: str = "") -> list[dict[str, str]]:
    if isinstance(detail, dict):
        return [
            row for name, inner in detail.items() for row in _flat(inner, f"{field}.{name}" if field else str(name))
        ]
    if isinstance(detail, (list, tuple)):
        return [row for inner in detail for row in _flat(inner, field)]
    return [{"field": "" if field == "non_field_errors" else field, "message": str(detail)}]


def _domain(error: DomainError) -> Response:
    errors = _flat(error.fields) if isinstance(error, Invalid) else []
    detail = str(error) if str(error.message) else (errors[0]["message"] if errors else error.code)
    headers = {}
    if isinstance(error, TooManyRequests):
        headers["Retry-After"] = str(error.details.get("retry_after", 60))
    return problem(error.status, error.code, detail, errors=errors, headers=headers)


def _framework(error: exceptions.APIException) -> Response:
    headers = {}
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait) + 1)
    if header := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = header
    errors = _flat(error.detail) if isinstance(error, exceptions.ValidationError) else []
    code = error.default_code if isinstance(error, exceptions.ValidationError) else str(error.get_codes())
    detail = errors[0]["message"] if errors else str(error.detail)
    return problem(error.status_code, code, detail, errors=errors, headers=headers)


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer what a view raised; None lets an unforeseen error become a 500."""
    if isinstance(error, Http404):
        error = exceptions.NotFound(_("There is nothing at this address."))
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    elif isinstance(error, ValidationError):
        error = Invalid(fields={"non_field_errors": error.messages})
    elif isinstance(error, DataError):
        # A text or number the database cannot hold, past the checks of shape: the caller's, not our fault.
        error = Invalid(_("A value cannot be stored as it is."), code="unstorable_value")
    elif isinstance(error, RecursionError):
        error = exceptions.ParseError(_("The body is nested too deeply."))
    elif isinstance(error, RequestDataTooBig):
        error = TooLarge(_("The body is too large."))
    if isinstance(error, DomainError):
        set_rollback()
        keep_attempt(error)
        return _domain(error)
    if isinstance(error, exceptions.APIException):
        set_rollback()
        return _framework(error)
    return None
