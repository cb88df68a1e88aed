"""Rate limits: a fixed window per caller counted in the cache, told in ``RateLimit-*`` headers.

A web process takes calls from the common count in blocks of a fiftieth of the allowance and gives them out itself, so
that one call in a block asks the cache. Nobody ever gets more than the allowance. What lies in the block of another
process when a caller has used up the rest is refused to her: at most a fiftieth for each of them.
``RateLimit-Remaining`` is as of the last block, less the calls made here since.
"""

import threading
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
#: An allowance is taken from the common count in so many blocks.
BLOCKS = 50


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


@dataclass(slots=True)
class _Lease:
    """Calls that this process may still give out, and what had been taken of the allowance when it took them."""

    left: int = 0
    taken: int = 0


class _Leases:
    """The blocks of this process in the current window."""

    def __init__(self) -> None:
        self._leases: dict[tuple[str, int], _Lease] = {}
        self._window = 0
        self._lock = threading.Lock()

    def take(self, name: str, window: int, allowed: int) -> int | None:
        """Take one call; give how many remain, or None where none was left."""
        with self._lock:
            if window != self._window:
                self._window, self._leases = window, {}
            lease = self._leases.setdefault((name, allowed), _Lease())
            if lease.left:
                return self._give(lease, allowed)
            if lease.taken >= allowed:
                return None
        # Nobody waits at the lock while the cache is asked; two who ask at once take a block each.
        block = max(1, allowed // BLOCKS)
        taken = _count(f"{name}:{window}", block)
        with self._lock:
            lease.taken = max(lease.taken, taken)
            lease.left += max(0, block - max(0, taken - allowed))
            return self._give(lease, allowed) if lease.left else None

    @staticmethod
    def _give(lease: _Lease, allowed: int) -> int:
        lease.left -= 1
        return max(0, allowed - lease.taken) + lease.left

    def forget(self) -> None:
        with self._lock:
            self._leases = {}


_leases = _Leases()


def spend(actor: Actor, *, scope: str = "api", limit: int | None = None) -> Allowance:
    """Count one call of ``actor`` in ``scope``. Raises ``TooManyRequests`` (429) past the limit."""
    kind = "visitor" if actor.is_visitor else "official"
    allowed = limit or {**DEFAULT_LIMITS, **settings.API_LIMITS}[kind]
    window, reset = divmod(int(time.time()), WINDOW_SECONDS)
    remaining = _leases.take(f"limit:{scope}:{actor.user_id or actor.ip or 'local'}", window, allowed)
    if remaining is None:
        left = WINDOW_SECONDS - reset
        spent = Allowance(allowed, 0, left)
        raise TooManyRequests(_("Too many calls; wait a little and try again."), retry_after=left, allowance=spent)
    return Allowance(allowed, remaining, WINDOW_SECONDS - reset)


def forget_leases() -> None:
    """Give up what this process holds, as if it began anew: for tests, which empty the cache."""
    _leases.forget()


def _count(key: str, calls: int) -> int:
    try:
        return cache.incr(key, calls)
    except ValueError:
        # The first of this window; somebody else may have been first at the same moment.
        cache.add(key, 0, WINDOW_SECONDS * 2)
        return cache.incr(key, calls)
