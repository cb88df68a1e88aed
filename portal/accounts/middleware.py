"""Gives every request its actor, its language and the idle time-out of its session."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from portal.accounts.actors import actor_for, visitor
from portal.accounts.models import User
from portal.kernel.actors import Actor


def _actor(request: HttpRequest) -> Actor:
    ip = request.META.get("REMOTE_ADDR", "")
    user = request.user
    return actor_for(user, ip=ip) if isinstance(user, User) and user.is_active else visitor(ip)


class ActorMiddleware:
    """Sets ``request.actor`` (built on first use) and the language a signed-in person chose.

    What a signed-in person gets is kept by no cache, unless its view says otherwise.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: _actor(request))  # type: ignore[attr-defined]
        user = request.user
        if user.is_authenticated and (language := getattr(user, "language", "")):
            translation.activate(language)
            request.LANGUAGE_CODE = translation.get_language() or language
        response = self.get_response(request)
        if user.is_authenticated:
            # The answer also renews the session's cookie, which no shared cache may hand on.
            given = response.get("Cache-Control", "private, no-store")
            response["Cache-Control"] = given.replace("public", "private")
        return response
