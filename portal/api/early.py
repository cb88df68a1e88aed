"""Answers to programs that need no session, no form and no page: given before any of these is prepared."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from csp.constants import HEADER, HEADER_REPORT_ONLY
from csp.middleware import CSPMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils.cache import patch_vary_headers

from portal.api.middleware import PREFIX
from portal.api.views import ApiView

_LONGEST = 300


class EarlyAnswerMiddleware:
    """Lets a view of the API that can answer a GET at once do so; every other request goes the ordinary way.

    Stands before what looks after sessions, and behind what gives an answer its language, length and framing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = _answer(request) if request.method == "GET" and request.path_info.startswith(PREFIX) else None
        return self.get_response(request) if answer is None else answer


def _answer(request: HttpRequest) -> HttpResponseBase | None:
    if len(request.path_info) > _LONGEST:
        return None
    try:
        view, address = _view_at(request.path_info)
    except Resolver404:
        return None
    answer = view().answer_early(request, **address)
    if answer is not None:
        # With a session it may have been another one.
        patch_vary_headers(answer, ("Cookie",))
        for name, value in _policies().items():
            answer[name] = value
    return answer


@lru_cache(maxsize=1)
def _policies() -> dict[str, str]:
    """Give the headers of the content security policy, which are the same for all that no view has changed."""
    answer = CSPMiddleware(lambda _: HttpResponse()).process_response(HttpRequest(), HttpResponse())
    return {name: answer[name] for name in (HEADER, HEADER_REPORT_ONLY) if name in answer}


@lru_cache(maxsize=500)
def _view_at(path: str) -> tuple[type[ApiView], dict[str, Any]]:
    """Find the view at an address. Raises Resolver404 where there is none that may answer early."""
    match = resolve(path)
    view = getattr(match.func, "cls", None)
    if view is None or not issubclass(view, ApiView) or not view.answers_early:
        raise Resolver404
    return view, match.kwargs
