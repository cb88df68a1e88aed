"""Conditions joined by and, or: read from JSON, walked leaf by leaf, and put together again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from catalog.data.errors import PlanInvalid
from catalog.data.plan.conditions import Condition

MAX_DEPTH = 4
_WORDS = ("and", "or")


@dataclass(frozen=True)
class Group:
    """Conditions of which all (and) or at least one (or) must hold; groups may hold groups, four deep."""

    word: str
    parts: tuple[Part, ...]

    def to_json(self) -> dict[str, Any]:
        """Give {"and": […]} or {"or": […]}."""
        return {self.word: [part.to_json() for part in self.parts]}


Part = Condition | Group


def leaves(parts: Iterable[Part]) -> Iterator[Condition]:
    """Give the single conditions in the order in which they are written."""
    for part in parts:
        if isinstance(part, Group):
            yield from leaves(part.parts)
        else:
            yield part


def each_leaf(part: Part, change: Callable[[Condition], Condition]) -> Part:
    """Give the part with `change` made to each of its single conditions."""
    if isinstance(part, Group):
        return replace(part, parts=tuple(each_leaf(inner, change) for inner in part.parts))
    return change(part)


def read_part(data: object, parameter: str, depth: int = 1) -> Part:
    """Read [column, op, value] or a group. Raises PlanInvalid naming `parameter`.

    An empty group is refused: whether it means every row or none is not for a reader to guess.
    """
    if not isinstance(data, Mapping):
        return Condition.from_json(data, parameter)
    if len(data) != 1 or depth > MAX_DEPTH:
        raise PlanInvalid(parameter, "conditions_shape")
    ((word, parts),) = data.items()
    if word not in _WORDS or not isinstance(parts, list | tuple) or not parts:
        raise PlanInvalid(parameter, "conditions_shape")
    return Group(word, tuple(read_part(part, parameter, depth + 1) for part in parts))
