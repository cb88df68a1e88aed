"""Cursors: the key of the last row of a page, bound to the question it belongs to."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from typing import Any

from catalog.data.errors import PlanInvalid

_SHAPE = 12


def write_cursor(shape: str, key: Sequence[Any]) -> str:
    """Write an opaque cursor from the plan's shape and the last row's order values and row number."""
    text = json.dumps([shape[:_SHAPE], *key], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(cursor: str, shape: str) -> tuple[Any, ...]:
    """Read a cursor. Raises PlanInvalid("cursor") when it is damaged or belongs to another question."""
    try:
        data = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError) as error:
        raise PlanInvalid("cursor", "cursor") from error
    match data:
        case [str(found), *values, row] if found == shape[:_SHAPE]:
            pass
        case _:
            raise PlanInvalid("cursor", "cursor_other")
    if isinstance(row, bool) or not isinstance(row, int):
        raise PlanInvalid("cursor", "cursor")
    if not all(value is None or isinstance(value, str) for value in values):
        raise PlanInvalid("cursor", "cursor")
    return (*values, row)
