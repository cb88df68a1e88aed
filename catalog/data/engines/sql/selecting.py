"""Whole statements of each kind: columns, texts, JSON objects, lines of a stretch, a count."""

from __future__ import annotations

from catalog.data.engines.lines import Cell, is_plain, line_sql
from catalog.data.engines.ready import row_sql
from catalog.data.engines.sql.draft import Draft
from catalog.data.engines.sql.kinds import PIECES, Kind
from catalog.data.engines.sql.paging import after_sql, cut_sql, order_sql
from catalog.data.engines.sql.relation import relation_sql
from catalog.data.engines.sql.source import Slot
from catalog.data.schema import FLOATING, ItemType


def select_sql(draft: Draft, kind: Kind) -> str:
    """Write the statement of a kind."""
    shape = draft.shape
    if kind is Kind.COUNT:
        return f"SELECT count(*) FROM ({relation_sql(draft)}) AS asked"
    if kind in PIECES:
        return _piece(draft, *PIECES[kind])
    selected = _selected(draft, kind)
    sql = f"SELECT {', '.join(selected)} FROM ({relation_sql(draft)}) AS asked"
    if shape.after is not None:
        sql += f" WHERE {after_sql(draft, shape.after)}"
    return sql + order_sql(draft) + cut_sql(draft)


def _selected(draft: Draft, kind: Kind) -> list[str]:
    dialect, names = draft.dialect, draft.names
    selected = [dialect.quote(name) for name in names]
    if kind is Kind.TEXTS:
        selected = [_as_text(draft, name) for name in names]
    if kind is Kind.JSON:
        selected = [_as_json(draft, names)]
    if kind is Kind.PLACES:
        selected = [dialect.quote(draft.source.file)]
    if kind in {Kind.PAGE, Kind.JSON, Kind.PLACES}:
        selected += [
            f"{dialect.as_text(dialect.quote(entry.removeprefix('-')))} AS {dialect.quote(f'__key{place}')}"
            for place, entry in enumerate(draft.shape.order)
        ]
        selected.append(draft.row)
    return selected


def _piece(draft: Draft, end: str, delimiter: str) -> str:
    if delimiter:
        line = line_sql(draft.dialect, _cells(draft), delimiter)
    else:
        line = _as_json(draft, [item.name for item in draft.shape.delivered])
    end = draft.dialect.literal(end)
    relation = f"({relation_sql(draft)}) AS asked"
    if draft.shape.order:
        sql = f"SELECT {line} AS line FROM {relation}"
        if draft.shape.after is not None:
            sql += f" WHERE {after_sql(draft, draft.shape.after)}"
        # PostgreSQL aggregates in the order in which the rows of a subquery come.
        return f"SELECT {_joined('line', end)} FROM ({sql}{order_sql(draft)}{cut_sql(draft)}) AS cut"
    draft.slots += [Slot("stretch"), Slot("stretch", position=1)]
    mark = draft.dialect.mark(ItemType.INTEGER)
    within = f"{relation} WHERE {draft.row} >= {mark} AND {draft.row} < {mark}"
    if not draft.shape.limit:
        return f"SELECT {_joined(line, f'{end} ORDER BY {draft.row}')} FROM {within}"
    draft.slots.append(Slot("stretch", position=2))
    cut = f"SELECT {line} AS line FROM {within} ORDER BY {draft.row} LIMIT {draft.dialect.limit_mark}"
    return f"SELECT {_joined('line', end)}, count(*) FROM ({cut}) AS cut"


def _joined(line: str, end: str) -> str:
    return f"convert_to(string_agg({line}, {end}), 'UTF8')"


def _cells(draft: Draft) -> list[Cell]:
    return [
        Cell(draft.dialect.quote(item.name), item.gives, is_plain(item, draft.source.plain))
        for item in draft.shape.delivered
    ]


def _as_json(draft: Draft, names: list[str]) -> str:
    if draft.source.row_json:
        return draft.dialect.quote(draft.source.row_json)
    return row_sql(draft.dialect, [(name, draft.dialect.quote(name), draft.types[name]) for name in names])


def _as_text(draft: Draft, name: str) -> str:
    quoted, item = draft.dialect.quote(name), draft.types[name]
    if item == ItemType.DATETIME:
        return f"strftime({quoted}, '%Y-%m-%d %H:%M:%S') AS {quoted}"
    # How engines write floating numbers differs: those become texts outside (catalog.data.engines.texts).
    return quoted if item.is_text or item in FLOATING else f"{draft.dialect.as_text(quoted)} AS {quoted}"
