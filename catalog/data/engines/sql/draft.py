"""SQL of one shape while it is written: its dialect, its source, and the placeholders as they come."""

from __future__ import annotations

from catalog.data.engines.dialects import Dialect
from catalog.data.engines.masks import mask_sql
from catalog.data.engines.shape import Masked, Shape
from catalog.data.engines.sql.source import Slot, Source
from catalog.data.schema import FLOATING, ROW_COLUMN, ItemType


class Draft:
    """What all that write parts of a statement share. `slots` are the placeholders in the order of their marks."""

    def __init__(self, shape: Shape, dialect: Dialect, source: Source) -> None:
        self.shape = shape
        self.dialect = dialect
        self.source = source
        self.slots: list[Slot] = []
        self.row = dialect.quote(ROW_COLUMN)
        self.types = {item.name: item.gives for item in (*shape.delivered, *shape.hidden)}
        if shape.counted:
            self.types[shape.counted] = ItemType.INTEGER

    @property
    def names(self) -> list[str]:
        """The delivered columns, the count last."""
        return [item.name for item in self.shape.delivered] + ([self.shape.counted] if self.shape.counted else [])

    def stored(self, column_id: str, item: ItemType) -> str:
        """Write a column as it is stored."""
        if column_id in self.source.missing:
            return f"CAST(NULL AS {self.dialect.types[item]})"
        quoted = self.dialect.quote(column_id)
        return self.dialect.without_nan(quoted) if item in FLOATING else quoted

    def masked(self, item: Masked) -> str:
        """Write a column as it is delivered."""
        if item.op == "hmac":
            self.slots += [Slot("key"), Slot("key")]
        return mask_sql(self.dialect, self.stored(item.id, item.type), item, self.dialect.mark(ItemType.STRING))

    def ordered(self, name: str) -> str:
        """Write a delivered or hidden column as it is ordered."""
        return self.dialect.compared(self.dialect.quote(name), self.types[name])
