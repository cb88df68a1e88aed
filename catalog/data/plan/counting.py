"""Counting: a plan that gives numbers of rows instead of rows, small numbers withheld."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalog.data.errors import PlanInvalid

LEAST, MOST = 2, 1_000


@dataclass(frozen=True)
class Count:
    """Rows are counted for each combination of the delivered values; numbers below `k` leave as missing."""

    k: int
    name: str = "count"

    def __post_init__(self) -> None:
        if not LEAST <= self.k <= MOST:
            raise PlanInvalid("count", "count_range", low=LEAST, high=MOST)
        if not self.name or self.name.startswith("__"):
            raise PlanInvalid("count", "count_shape")

    def to_json(self) -> dict[str, Any]:
        """Give {"k", "name"}."""
        return {"k": self.k, "name": self.name}

    @classmethod
    def from_json(cls, data: object) -> Count:
        """Read {"k": …, "name": …}; the name may be left out. Raises PlanInvalid("count")."""
        if not isinstance(data, Mapping) or not set(data) <= {"k", "name"}:
            raise PlanInvalid("count", "count_shape")
        k, name = data.get("k"), data.get("name", "count")
        if isinstance(k, bool) or not isinstance(k, int) or not isinstance(name, str):
            raise PlanInvalid("count", "count_shape")
        return cls(k, name)
