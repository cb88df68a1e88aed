"""One page of rows: JSON objects as an engine or Python wrote them, read as objects only where somebody wants them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from catalog.data.engines.base import delivered_fields
from catalog.data.exports.values import plain
from catalog.data.plan import DeliveryPlan
from catalog.data.schema import Column


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page of rows as JSON can hold them: `text` is the rows as JSON objects with commas between them.

    `fields_text` is the JSON of `fields`.
    """

    text: str
    fields: list[dict[str, str]]
    fields_text: str
    total: int
    next_cursor: str | None
    etag: str

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """The rows, name by name."""
        found: list[dict[str, Any]] = json.loads(f"[{self.text}]")
        return found

    def to_json(self) -> dict[str, Any]:
        """Give the answer of the row APIs (interfaces.md §4)."""
        return {"rows": self.rows, "fields": self.fields, "total": self.total, "next": self.next_cursor}

    def to_bytes(self) -> bytes:
        """Give the same answer as UTF-8, without reading the rows."""
        following = "null" if self.next_cursor is None else f'"{self.next_cursor}"'
        return (
            f'{{"rows":[{self.text}],"fields":{self.fields_text},"total":{self.total},"next":{following}}}'
        ).encode()


def fields_of(plan: DeliveryPlan, columns: Sequence[Column]) -> list[dict[str, str]]:
    """Say of each column that leaves its name, Chinese title, delivered type and mask."""
    ops = {column.name: column.op for column in plan.delivered}
    return [
        {"id": field.name, "title": field.title, "type": field.type.value, "op": ops.get(field.name, "count")}
        for field in delivered_fields(plan, columns)
    ]


def row_text(names: Sequence[str], row: Sequence[Any]) -> str:
    """Write the JSON object of a row of delivered values."""
    named = dict(zip(names, map(plain, row), strict=True))
    return json.dumps(named, ensure_ascii=False, separators=(",", ":"))
