"""Statements to an index of rows that took more than they may: not tried again for a while, by any process."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.core.cache import cache


class KeptHopeless:
    """Keeps them in the cache, so that one reader pays for all; there are few, because each took so long to be found.

    Their table has a name of its own: another version, or an index built anew, is asked as if nothing had been.
    """

    def has(self, sql: str) -> bool:
        """Say whether a statement was too much within `SERVING_INDEX_REST_SECONDS`."""
        return bool(settings.SERVING_INDEX_REST_SECONDS) and cache.get(_key(sql)) is not None

    def add(self, sql: str) -> None:
        """Remember one for so long."""
        if settings.SERVING_INDEX_REST_SECONDS:
            cache.set(_key(sql), 1, settings.SERVING_INDEX_REST_SECONDS)


HOPELESS = KeptHopeless()


def _key(sql: str) -> str:
    return f"gate:hopeless:{hashlib.sha256(sql.encode()).hexdigest()}"
