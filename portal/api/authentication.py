"""Who calls the API: the holder of a Bearer key, or a signed-in person in the browser (with CSRF check)."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from portal.accounts.actors import visitor
from portal.accounts.keys import actor_of_key, remembered_actor
from portal.accounts.models import User
from portal.kernel.actors import Actor
from portal.kernel.proof import Proof


class KeyAuthentication(BaseAuthentication):
    """``Authorization: Bearer <key>``; sets the actor of the key on the underlying request."""

    def authenticate(self, request: Request) -> tuple[User, str] | None:
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != b"bearer":
            return None
        found = actor_of_key(parts[-1].decode(errors="replace"), ip=request.META.get("REMOTE_ADDR", ""))
        if parts[2:] or found is None:
            raise AuthenticationFailed(_("This key is not valid: it is unknown, has expired or was revoked."))
        user, actor = found
        request._request.actor = actor  # type: ignore[attr-defined]
        return user, "key"

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="songhua"'


AUTHENTICATION = (KeyAuthentication, SessionAuthentication)


def remembered_caller(request: HttpRequest) -> tuple[Actor, tuple[Proof, ...]] | None:
    """Give who calls without asking the database, and what must be proved before she gets anything: the holder of a
    remembered key, or a visitor. None for everybody else, and for whoever has a session; the authenticators know them.
    """
    if settings.SESSION_COOKIE_NAME in request.COOKIES:
        return None
    parts = request.META.get("HTTP_AUTHORIZATION", "").split()
    if not parts:
        return visitor(request.META.get("REMOTE_ADDR", "")), ()
    if len(parts) != len(("Bearer", "key")) or parts[0].lower() != "bearer":
        return None
    found = remembered_actor(parts[1], ip=request.META.get("REMOTE_ADDR", ""))
    return None if found is None else (found[0], (found[1],))
