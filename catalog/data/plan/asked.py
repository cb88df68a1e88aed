"""A question as it comes from a reader: the parameters of interfaces.md §4, each checked, none ignored."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from catalog.data.errors import PlanInvalid
from catalog.data.plan.conditions import MAX_TEXT, Condition
from catalog.data.plan.model import MAX_LIMIT

_DIGITS = 16
PARAMETERS = frozenset({"columns", "filter", "order", "limit", "cursor", "q", "offset"})


@dataclass(frozen=True, kw_only=True)
class AskedPlan:
    """What a reader asks for: columns by name (None: all that are allowed), filters, order, one page."""

    columns: tuple[str, ...] | None = None
    filters: tuple[Condition, ...] = ()
    search: str = ""
    order: tuple[str, ...] = ()
    cursor: str | None = None
    offset: int = 0
    limit: int | None = None

    @classmethod
    def from_query(cls, params: Mapping[str, Any], ignore: Collection[str] = frozenset()) -> AskedPlan:
        """Read query parameters (a Django QueryDict, or a mapping to a text or a list of texts).

        `ignore` names parameters that belong to the caller. Raises PlanInvalid naming the parameter at fault.
        """
        given = {key: _values(params, key) for key in params}
        for key in given:
            if key not in PARAMETERS and key not in ignore:
                raise PlanInvalid(key, "unknown_parameter")
        columns = _names(given, "columns")
        return cls(
            columns=columns or None,
            filters=tuple(parse_filter(text) for text in given.get("filter", []) if text),
            search=_words(given),
            order=_names(given, "order"),
            cursor=_single(given, "cursor") or None,
            offset=_integer(given, "offset", 0, 10**15) or 0,
            limit=_integer(given, "limit", 1, MAX_LIMIT),
        )


def parse_filter(text: str) -> Condition:
    """Read name:op:value. The name may not hold a colon, the value may; `in` splits at commas."""
    name, _, rest = text.partition(":")
    op, mark, value = rest.partition(":")
    if not name or not mark:
        raise PlanInvalid("filter", "filter_shape", value=text[:100])
    data: object = value
    if op == "in":
        data = [part for part in value.split(",") if part]
    elif op == "null":
        data = {"true": True, "false": False}.get(value.lower(), value)
    return Condition.from_json([name, op, data], "filter")


def _values(params: Mapping[str, Any], key: str) -> list[str]:
    getlist = getattr(params, "getlist", None)
    if getlist is not None:
        return [str(value) for value in getlist(key)]
    value = params[key]
    return [str(item) for item in value] if isinstance(value, list | tuple) else [str(value)]


def _single(given: Mapping[str, list[str]], key: str) -> str:
    values = given.get(key, [])
    if len(values) > 1:
        raise PlanInvalid(key, "parameter_twice")
    return values[0] if values else ""


def _words(given: Mapping[str, list[str]]) -> str:
    text = _single(given, "q")
    if len(text) > MAX_TEXT:
        raise PlanInvalid("q", "search_long", limit=MAX_TEXT)
    return text.strip()


def _names(given: Mapping[str, list[str]], key: str) -> tuple[str, ...]:
    # Checkboxes of a form repeat the parameter, hand-written addresses use commas: both are read.
    return tuple(part.strip() for text in given.get(key, []) for part in text.split(",") if part.strip())


def _integer(given: Mapping[str, list[str]], key: str, low: int, high: int) -> int | None:
    text = _single(given, key)
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > _DIGITS or not low <= int(text) <= high:
        raise PlanInvalid(key, f"{key}_range", low=low, high=high, value=text[:20])
    return int(text)
