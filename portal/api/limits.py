"""Rate limits: a fixed window per caller counted in the cache, told in ``RateLimit-*`` headers."""

import time
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from portal.kernel.actors import Actor
from portal.kernel.errors import TooManyRequests

WINDOW_SECONDS = 60
#: Calls a minute: without a key (per address), and per person with one.
DEFAULT_LIMITS = {"visitor": 120, "official": 1200}


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a caller has left in this window."""

    limit: int
    remaining: int
    reset: int

    def headers(self) -> dict[str, str]:
        """Return the headers of draft-ietf-httpapi-ratelimit-headers in the practised three."""
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset),
        }


def spend(actor: Actor, *, scope: str = "api", limit: int | None = None) -> Allowance:
    """Count one call of ``actor`` in ``scope``. Raises ``TooManyRequests`` (429) past the limit."""
    kind = "visitor" if actor.is_visitor else "official"
    allowed = limit or {**DEFAULT_LIMITS, **settings.API_LIMITS}[kind]
    window, reset = divmod(int(time.time()), WINDOW_SECONDS)
    key = f"limit:{scope}:{actor.user_id or actor.ip or 'local'}:{window}"
    try:
        used = cache.incr(key)
    except ValueError:
        # The first of this window; somebody else may have been first at the same moment.
        cache.add(key, 0, WINDOW_SECONDS * 2)
        used = cache.incr(key)
    left = WINDOW_SECONDS - reset
    if used > allowed:
        spent = Allowance(allowed, 0, left)
        raise TooManyRequests(_("Too many calls; wait a little and try again."), retry_after=left, allowance=spent)
    return Allowance(allowed, allowed - used, left)
