"""Who calls the API: the holder of a Bearer key, or a signed-in person in the browser (with CSRF check)."""

from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from portal.accounts.keys import actor_of_key
from portal.accounts.models import User


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
