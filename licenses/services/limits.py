"""Rate limits of verification: generous where the code cannot be guessed, tight where a name could be."""

from __future__ import annotations

from portal.api.limits import spend
from portal.kernel.actors import Actor

LIMITS = {"code": 600, "name": 30}
OFFICIAL_FACTOR = 20


def take_turn(actor: Actor, *, kind: str) -> None:
    """Count one verification of this address, or this official, in this minute.

    Raises:
        TooManyRequests: the minute's turns are used up; `retry_after` is in seconds.
    """
    spend(actor, scope=f"verify-{kind}", limit=LIMITS[kind] * (OFFICIAL_FACTOR if actor.is_official else 1))
