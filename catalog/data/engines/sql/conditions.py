"""Conditions, and words looked for in every text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from catalog.data.engines.shape import Branch, Leaf
from catalog.data.engines.sql.draft import Draft
from catalog.data.engines.sql.source import Slot
from catalog.data.schema import ItemType

_COMPARE = {"eq": "=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
Columns = Mapping[str, tuple[str, ItemType]]


def conditions_sql(draft: Draft, place: str, parts: Sequence[Leaf | Branch], columns: Columns) -> str:
    """Join conditions over expressions with their types, by name.

    Their values are numbered as `leaves` walks that place of the plan, whatever the depth.
    """
    return _Walk(draft, place, columns).joined("and", parts)


class _Walk:
    """Walks the conditions of one place and counts those it has written."""

    def __init__(self, draft: Draft, place: str, columns: Columns) -> None:
        self.draft = draft
        self.place = place
        self.columns = columns
        self.written = 0

    def joined(self, word: str, parts: Sequence[Leaf | Branch]) -> str:
        found = []
        for part in parts:
            if isinstance(part, Branch):
                found.append(f"({self.joined(part.word, part.parts)})")
            else:
                found.append(self._condition(part, *self.columns[part.column]))
                self.written += 1
        return f" {word.upper()} ".join(found)

    def _condition(self, leaf: Leaf, column: str, item: ItemType) -> str:
        """Write one condition over a quoted column. `ne` holds for missing values too."""
        if leaf.op == "null":
            return f"{column} IS {'' if leaf.flag else 'NOT '}NULL"
        dialect, marks = self.draft.dialect, []
        for position in range(leaf.size):
            self.draft.slots.append(Slot(f"{self.place} {leaf.op}", item, self.written, position))
            marks.append(dialect.mark(item))
        whole = column
        if leaf.is_finer and (within := dialect.within(column)):
            column = within
        if leaf.op == "in":
            return f"{column} IN ({', '.join(marks)})"
        if leaf.op == "like":
            return dialect.like(column, marks[0])
        if leaf.op == "ne":
            return f"{column} IS DISTINCT FROM {marks[0]}"
        sign = _COMPARE[leaf.op]
        compared = f"{dialect.compared(column, item)} {sign} {marks[0]}"
        # A number that is too long for the comparison lies beyond every value: its sign decides.
        return compared if column == whole or leaf.op == "eq" else f"coalesce({compared}, {whole} {sign} 0)"


def search_sql(draft: Draft) -> str:
    """Look for the plan's words in every delivered text, whatever the case of the 26 letters."""
    dialect = draft.dialect
    texts = [item.name for item in draft.shape.delivered if item.gives.is_text]
    draft.slots += [Slot("search")] * len(texts)
    mark = dialect.mark(ItemType.STRING)
    parts = [dialect.like(dialect.folded(dialect.quote(name)), mark) for name in texts]
    return f"({' OR '.join(parts)})" if parts else "1 = 0"
