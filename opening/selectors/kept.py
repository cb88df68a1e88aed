"""Keeps counts of the public side for a minute; a move of any edition makes them stale at once.

Only counts, labels and ids are kept: rows are always read anew under the policy, so nothing that was closed is shown.
"""

import hashlib
import json
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.cache import cache
from django.utils.translation import get_language

T = TypeVar("T")
SECONDS = 60
_STAMP = "opening:stamp"


def kept(name: str, question: Any, find: Callable[[], T]) -> T:
    """Return what ``find`` gives for ``question`` (plain JSON) in the language of the page, at most a minute old."""
    text = json.dumps([cache.get(_STAMP, 0), get_language(), question], sort_keys=True, ensure_ascii=False)
    key = f"opening:{name}:{hashlib.sha256(text.encode()).hexdigest()}"
    found: T | None = cache.get(key)
    if found is None:
        found = find()
        cache.set(key, found, SECONDS)
    return found


def forget_counts() -> None:
    """Make everything kept stale; call it after the commit of what changed."""
    cache.add(_STAMP, 0, None)
    cache.incr(_STAMP)
