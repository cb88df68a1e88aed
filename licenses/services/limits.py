"""Rate limits of verification: generous where the code cannot be guessed, tight where a name could be."""

from __future__ import annotations

import time

from django.core.cache import cache
from django.utils.translation import gettext as _

from portal.kernel.actors import Actor
from portal.kernel.errors import TooManyRequests

WINDOW = 60
LIMITS = {"code": 600, "name": 30}
OFFICIAL_FACTOR = 20


def take_turn(actor: Actor, *, kind: str) -> None:
    """Count one verification of this address in this minute; officials are counted by person.

    Raises:
        TooManyRequests: the minute's turns are used up; `retry_after` is in seconds.
    """
    window, passed = divmod(int(time.time()), WINDOW)
    who = f"user-{actor.user_id}" if actor.is_official else f"ip-{actor.ip}"
    key = f"licenses-verify:{kind}:{who}:{window}"
    cache.add(key, 0, timeout=WINDOW * 2)
    try:
        used = cache.incr(key)
    except ValueError:
        used = 1
    if used > LIMITS[kind] * (OFFICIAL_FACTOR if actor.is_official else 1):
        raise TooManyRequests(
            _("Too many verifications from here; please wait a minute."), retry_after=WINDOW - passed
        )
