"""What may be seen: masked columns of the allowed rows, narrowed by filters and search; small numbers withheld."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.data.engines.sql.conditions import conditions_sql, search_sql
from catalog.data.engines.sql.draft import Draft
from catalog.data.engines.sql.source import Slot
from catalog.data.schema import ItemType

_COUNTED = "__n"


def relation_sql(draft: Draft) -> str:
    """Write what may be seen, with the row number and the rows ready as JSON where the source has them."""
    shape, quote = draft.shape, draft.dialect.quote
    planned = (*shape.delivered, *shape.hidden)
    selected = [draft.row, *(f"{draft.masked(item)} AS {quote(item.name)}" for item in planned)]
    if draft.source.binds_files:
        draft.slots.append(Slot("files"))
    selected += [quote(name) for name in (draft.source.row_json, draft.source.file) if name]
    inner = f"SELECT {', '.join(selected)} FROM {draft.source.sql}"
    if allowed := [*_rows(draft), *_where(draft)]:
        inner += f" WHERE {' AND '.join(allowed)}"
    if shape.smallest is not None:
        inner = _suppressed(draft, inner, shape.smallest)
    outer = []
    if shape.filters:
        seen = {name: (quote(name), item) for name, item in draft.types.items()}
        outer.append(conditions_sql(draft, "filters", shape.filters, seen))
    if shape.search:
        outer.append(search_sql(draft))
    sql = f"SELECT * FROM ({inner}) AS allowed"
    return f"{sql} WHERE {' AND '.join(outer)}" if outer else sql


def _rows(draft: Draft) -> Iterator[str]:
    if draft.shape.rows is not None:
        marks = ", ".join([draft.dialect.mark(ItemType.INTEGER)] * draft.shape.rows)
        draft.slots += [Slot("rows", position=place) for place in range(draft.shape.rows)]
        yield f"{draft.row} IN ({marks})"


def _where(draft: Draft) -> Iterator[str]:
    if draft.shape.where:
        sources = {name: (draft.stored(id_, item), item) for name, id_, item in draft.shape.sources}
        yield conditions_sql(draft, "where", draft.shape.where, sources)


def _suppressed(draft: Draft, inner: str, smallest: int) -> str:
    """Count the rows of each combination and withhold small numbers, and others until they hide each other.

    A single number below the limit could be found by subtraction from the whole, so the next larger ones are
    withheld with it until together they reach the limit (complementary suppression, data-plane.md §6).
    """
    quote = draft.dialect.quote
    keys = ", ".join(quote(item.name) for item in draft.shape.delivered)
    order = ", ".join(f"{draft.ordered(item.name)} ASC NULLS LAST" for item in draft.shape.delivered)
    number = quote(_COUNTED)
    smaller = "ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING"
    before = f"coalesce(sum({number}) OVER (ORDER BY {number}, {order} {smaller}), 0)"
    small = f"sum(CASE WHEN {number} < {smallest} THEN 1 ELSE 0 END) OVER ()"
    grouped = f"SELECT {keys}, count(*) AS {number} FROM ({inner}) AS counted GROUP BY {keys}"
    ranked = f"SELECT *, {before} AS __before, {small} AS __small FROM ({grouped}) AS grouped"
    hidden = f"{number} < {smallest} OR (__small > 0 AND __before < {smallest})"
    return (
        f"SELECT row_number() OVER (ORDER BY {order}) AS {draft.row}, {keys}, "
        f"CASE WHEN {hidden} THEN NULL ELSE {number} END AS {quote(draft.shape.counted)} FROM ({ranked}) AS ranked"
    )
