"""Order and place in the paging: what comes after a key, by what order, and how much of it."""

from __future__ import annotations

from collections.abc import Sequence

from catalog.data.engines.sql.draft import Draft
from catalog.data.engines.sql.source import Slot
from catalog.data.schema import ItemType


def after_sql(draft: Draft, missing: Sequence[bool]) -> str:
    """Write "comes after this key" as a chain of: equal so far, and then further on."""
    dialect = draft.dialect
    alternatives = []
    equal: list[str] = []
    equal_slots: list[Slot] = []
    for index, entry in enumerate(draft.shape.order):
        name = entry.removeprefix("-")
        column, slot = dialect.quote(name), Slot("after", draft.types[name], index)
        if missing[index]:
            equal.append(f"{column} IS NULL")
            continue
        mark, sign = dialect.mark(slot.type), "<" if entry.startswith("-") else ">"
        alternatives.append(" AND ".join([*equal, f"({draft.ordered(name)} {sign} {mark} OR {column} IS NULL)"]))
        draft.slots += [*equal_slots, slot]
        equal.append(f"{column} = {mark}")
        equal_slots.append(slot)
    alternatives.append(" AND ".join([*equal, f"{draft.row} > {dialect.mark(ItemType.INTEGER)}"]))
    draft.slots += [*equal_slots, Slot("after row")]
    return "(" + " OR ".join(f"({part})" for part in alternatives) + ")"


def order_sql(draft: Draft) -> str:
    """Order by the plan, values that are missing last, the row number deciding ties."""
    shape = draft.shape
    if not shape.order and draft.source.is_ordered and shape.smallest is None:
        return ""
    parts = [
        f"{draft.ordered(entry.removeprefix('-'))} {'DESC' if entry.startswith('-') else 'ASC'} NULLS LAST"
        for entry in shape.order
    ]
    return f" ORDER BY {', '.join([*parts, draft.row])}"


def cut_sql(draft: Draft) -> str:
    """Take so many rows, from some place on."""
    sql = ""
    if draft.shape.limit:
        draft.slots.append(Slot("limit"))
        sql += f" LIMIT {draft.dialect.limit_mark}"
    if draft.shape.offset:
        draft.slots.append(Slot("offset"))
        sql += f" OFFSET {draft.dialect.limit_mark}"
    return sql
