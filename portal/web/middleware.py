"""Turns business refusals into pages people understand, and keeps a form that was posted after the session ended."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from portal.kernel.errors import DomainError
from portal.web.errors import bad_request, problem_page
from portal.web.kept import keep_post
from portal.workflow.attempts import keep_attempt

API_PREFIX = "/api/"


class DomainErrorMiddleware:
    """Answers a ``DomainError`` raised by a page's view with a page (or fragment) of the right status."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ("HX-Request", "Cookie", "Accept-Language"))
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Leave the API's errors to the API; everything that is no ``DomainError`` is a fault of ours."""
        if not isinstance(exception, DomainError) or request.path.startswith(API_PREFIX):
            return None
        keep_attempt(exception)
        return problem_page(request, exception)


class UnreadableAddressMiddleware:
    """Refuses addresses with a null character (400): no name or text has one, and the database cannot hold it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # The API names the parameter itself.
        query = "" if request.path.startswith(API_PREFIX) else request.META.get("QUERY_STRING", "")
        if "\x00" in request.path or "%00" in query:
            return bad_request(request)
        return self.get_response(request)


class KeptPostMiddleware:
    """Keeps what was posted by somebody whose session had ended, to be sent again after signing in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        signed_out = request.method == "POST" and not request.user.is_authenticated
        response = self.get_response(request)
        if signed_out and response.status_code == 302 and response["Location"].startswith(settings.LOGIN_URL):  # noqa: PLR2004 - a redirect
            kept = keep_post(request)
            response["Location"] = f"{settings.LOGIN_URL}?next={'/kept/' if kept else '/desk/'}"
        return response
