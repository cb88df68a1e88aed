"""What every template gets: brand, navigation, display choices and the account of the reader."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from portal.kernel.actors import VISITOR, Actor
from portal.notices.selectors import unread_count
from portal.web.brand import brand_now
from portal.web.display import display_of
from portal.web.navigation import navigation_of


@dataclass(frozen=True)
class Account:
    """Who reads the page, as the bar at the top shows it."""

    is_signed_in: bool
    name: str
    login_url: str
    logout_url: str = "/accounts/logout/"
    unread: int = 0
    idle_seconds: int = 0


def site(request: HttpRequest) -> dict[str, Any]:
    """Give each template ``brand``, ``nav``, ``display`` and ``account``; each is read only when it is used."""
    return {
        "brand": SimpleLazyObject(brand_now),
        "nav": SimpleLazyObject(lambda: navigation_of(actor_of(request), request.path)),
        "display": SimpleLazyObject(lambda: display_of(request)),
        "account": SimpleLazyObject(lambda: _account(request)),
    }


def actor_of(request: HttpRequest) -> Actor:
    """Return the actor of the request; a visitor where no middleware set one (errors before it ran)."""
    actor: Actor = getattr(request, "actor", VISITOR)
    return actor


def _account(request: HttpRequest) -> Account:
    actor = actor_of(request)
    here = request.get_full_path() if request.method == "GET" and not request.path.startswith("/accounts/") else ""
    login_url = f"{settings.LOGIN_URL}?next={quote(here)}" if here and here != "/" else str(settings.LOGIN_URL)
    if actor.user_id is None:
        return Account(is_signed_in=False, name="", login_url=login_url)
    return Account(
        is_signed_in=True,
        name=actor.name,
        login_url=login_url,
        unread=unread_count(actor),
        idle_seconds=settings.SESSION_COOKIE_AGE,
    )
