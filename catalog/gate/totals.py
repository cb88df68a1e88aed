"""How many rows a question finds in a version: counted once, kept by this process and in the cache for the others."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

from django.core.cache import cache

SECONDS = 24 * 3600
_MOST = 20_000
_totals: OrderedDict[str, int] = OrderedDict()
_lock = threading.Lock()


def kept_total(key: str, count: Callable[[], int]) -> int:
    """Give the number under `key`, which stands for the content of a version and a question: it never changes."""
    found = total_at_hand(key)
    if found is None:
        found = int(cache.get_or_set(f"gate:total:{key}", count, SECONDS) or 0)
        with _lock:
            _totals[key] = found
            if len(_totals) > _MOST:
                _totals.popitem(last=False)
    return found


def total_at_hand(key: str) -> int | None:
    """Give the number under `key` where this process keeps it."""
    with _lock:
        return _totals.get(key)
