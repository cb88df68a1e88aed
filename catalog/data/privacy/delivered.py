"""A column as a plan delivers it, as SQL over a view whose columns are named by id."""

from __future__ import annotations

from catalog.data.duck import identifier
from catalog.data.engines.dialects import DUCKDB
from catalog.data.engines.masks import mask_sql
from catalog.data.engines.shape import Masked
from catalog.data.masking import delivered_type
from catalog.data.plan import PlanColumn
from catalog.data.schema import Column

HIDING = frozenset({"null", "drop"})
"""Operations that let nothing of a value through."""


def delivered_sql(column: Column, item: PlanColumn) -> str:
    """Give the delivered value; a pseudonym tells as many people apart as the value itself and stands as that."""
    source = identifier(column.id)
    if item.op in {"pass", "hmac"}:
        return source
    gives = delivered_type(column, item.op)
    masked = Masked(column.id, column.name, column.type, item.op, tuple(sorted(item.params.items())), gives)
    return mask_sql(DUCKDB, source, masked, "''")
