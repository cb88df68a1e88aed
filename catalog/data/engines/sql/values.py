"""The values of a query for the placeholders of its statement."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from catalog.data.engines.base import Query
from catalog.data.engines.dialects import Dialect, containing, folded, pattern
from catalog.data.engines.sql.kinds import Kind
from catalog.data.engines.sql.source import Slot
from catalog.data.plan import Condition, leaves

_WITH_NEXT = {Kind.PAGE, Kind.JSON, Kind.PLACES}
"""Kinds that ask for one row more than the limit, to know whether more follow."""


def values_of(query: Query, kind: Kind, dialect: Dialect, slots: Iterable[Slot], stretch: Sequence[int]) -> list[Any]:
    """Give the value of each slot; `stretch` are the row numbers of a piece, and how many rows are wanted at most."""
    plan = query.plan
    conditions = {"where": tuple(leaves(plan.where)), "filters": tuple(leaves(plan.filters))}
    found: list[Any] = []
    for slot in slots:
        place, _, op = slot.place.partition(" ")
        match place:
            case "where" | "filters":
                found.append(_compared(conditions[place][slot.index], op, slot, dialect))
            case "key":
                found.append(query.key.hex())
            case "files":
                found.append([location.address for location in query.files])
            case "rows":
                rows = query.rows or (0,)
                found.append(rows[min(slot.position, len(rows) - 1)])
            case "stretch":
                found.append(stretch[slot.position])
            case "search":
                found.append(containing(folded(plan.search)))
            case "limit":
                found.append((plan.limit or 0) + (kind in _WITH_NEXT))
            case "offset":
                found.append(plan.offset)
            case _:
                after = plan.after or ()
                found.append(after[-1] if op else dialect.value(after[slot.index], slot.type))
    return found


def _compared(condition: Condition, op: str, slot: Slot, dialect: Dialect) -> Any:
    value = condition.value[slot.position] if isinstance(condition.value, tuple) else str(condition.value)
    return dialect.value(pattern(value) if op == "like" else value, slot.type)
