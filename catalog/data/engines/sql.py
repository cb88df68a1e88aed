"""A plan as SQL: the allowed rows and masks inside, the question outside, every value a bound parameter.

SQL is written once per shape and dialect and kept; what changes from question to question are the bound values.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

from catalog.data.engines.base import Query
from catalog.data.engines.dialects import Dialect, containing, folded, pattern
from catalog.data.engines.lines import Cell, is_plain, line_sql
from catalog.data.engines.masks import mask_sql
from catalog.data.engines.ready import row_sql
from catalog.data.engines.shape import Branch, Leaf, Masked, Shape, shape_of
from catalog.data.plan import Condition, leaves
from catalog.data.schema import FLOATING, ROW_COLUMN, ItemType

_COMPARE = {"eq": "=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
_KEPT = 2_000
_COUNTED = "__n"


class Kind(StrEnum):
    """What a statement asks for."""

    PAGE = "page"
    COUNT = "count"
    STREAM = "stream"
    TEXTS = "texts"
    JSON = "json"
    CSV = "csv"
    TSV = "tsv"
    LINES = "lines"


PIECES = {Kind.CSV: ("\r\n", ","), Kind.TSV: ("\r\n", "\t"), Kind.LINES: ("\n", "")}
"""Kinds that give a stretch of row numbers as one text: what ends a line, and what parts its cells (JSON: nothing)."""


@dataclass(frozen=True)
class Source:
    """Where an engine finds the rows: a table expression, and whether it gives them by ascending row number.

    `binds_files` says that the expression has one placeholder, for the addresses of the files. `missing` are ids of
    columns that this source does not hold: their values are missing in every row. `row_json` is its column that
    holds the delivered values of each row ready as a JSON object; `plain` are ids of columns whose texts hold no
    sign that a file of lines must quote or disarm.
    """

    sql: str
    is_ordered: bool = False
    binds_files: bool = False
    missing: frozenset[str] = frozenset()
    row_json: str = ""
    plain: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Slot:
    """Where the value of a placeholder comes from."""

    place: str
    type: ItemType = ItemType.STRING
    index: int = 0
    position: int = 0


@dataclass(frozen=True)
class Statement:
    """SQL with its parameters in order."""

    sql: str
    params: list[Any]


def statement(query: Query, kind: Kind, dialect: Dialect, source: Source) -> Statement:
    """Compile a query for an engine; a page asks for one row more than its limit, to know whether more follow.

    A page gives the delivered columns (JSON: all of them as one object), then the ordering columns as text and the
    row number. CSV, TSV and LINES (of JSON) give the lines of the row numbers of a stretch (its end excluded) as one
    text in UTF-8, by ascending row number; they heed no order, cursor or cut of the plan.
    """
    found = written(query, kind, dialect, source)
    return Statement(found.sql, found.params(query))


@dataclass(frozen=True)
class Written:
    """The SQL of all queries of one shape, and where the values of its placeholders come from."""

    sql: str
    slots: tuple[Slot, ...]
    kind: Kind
    dialect: Dialect

    def params(self, query: Query, stretch: tuple[int, int] = (0, 0)) -> list[Any]:
        """Give the values of a query of this shape, in order; `stretch` are the row numbers of a piece."""
        return _values(query, self.kind, self.dialect, self.slots, stretch)


def written(query: Query, kind: Kind, dialect: Dialect, source: Source) -> Written:
    """Write the SQL of a query's shape, or give it as it was written before."""
    return _written(shape_of(query), kind, dialect, source)


@lru_cache(maxsize=_KEPT)
def _written(shape: Shape, kind: Kind, dialect: Dialect, source: Source) -> Written:
    writer = _Writer(shape, dialect, source)
    sql = writer.write(kind)
    return Written(sql, tuple(writer.slots), kind, dialect)


class _Writer:
    """Writes the SQL of one shape and notes the placeholders in the order in which they appear."""

    def __init__(self, shape: Shape, dialect: Dialect, source: Source) -> None:
        self.shape = shape
        self.dialect = dialect
        self.source = source
        self.slots: list[Slot] = []
        self.row = dialect.quote(ROW_COLUMN)
        self.types = {item.name: item.gives for item in (*shape.delivered, *shape.hidden)}
        if shape.counted:
            self.types[shape.counted] = ItemType.INTEGER

    def write(self, kind: Kind) -> str:
        shape, dialect = self.shape, self.dialect
        if kind is Kind.COUNT:
            return f"SELECT count(*) FROM ({self.relation()}) AS asked"
        if kind in PIECES:
            return self._piece(*PIECES[kind])
        names = [item.name for item in shape.delivered] + ([shape.counted] if shape.counted else [])
        selected = [dialect.quote(name) for name in names]
        if kind is Kind.TEXTS:
            selected = [self._as_text(name) for name in names]
        if kind is Kind.JSON:
            selected = [self._as_json(names)]
        if kind in {Kind.PAGE, Kind.JSON}:
            selected += [
                f"{dialect.as_text(dialect.quote(entry.removeprefix('-')))} AS {dialect.quote(f'__key{place}')}"
                for place, entry in enumerate(shape.order)
            ]
            selected.append(self.row)
        sql = f"SELECT {', '.join(selected)} FROM ({self.relation()}) AS asked"
        if shape.after is not None:
            sql += f" WHERE {self._after(shape.after)}"
        return sql + self._order() + self._cut()

    def _piece(self, end: str, delimiter: str) -> str:
        if delimiter:
            line = line_sql(self.dialect, self._cells(), delimiter)
        else:
            line = self._as_json([item.name for item in self.shape.delivered])
        relation = self.relation()
        self.slots += [Slot("stretch"), Slot("stretch", position=1)]
        mark = self.dialect.mark(ItemType.INTEGER)
        return (
            f"SELECT convert_to(string_agg({line}, {self.dialect.literal(end)} ORDER BY {self.row}), 'UTF8') "
            f"FROM ({relation}) AS asked WHERE {self.row} >= {mark} AND {self.row} < {mark}"
        )

    def _cells(self) -> list[Cell]:
        return [
            Cell(self.dialect.quote(item.name), item.gives, is_plain(item, self.source.plain))
            for item in self.shape.delivered
        ]

    def relation(self) -> str:
        """Write what may be seen: masked columns of the allowed rows, narrowed by filters and search."""
        shape, quote = self.shape, self.dialect.quote
        planned = (*shape.delivered, *shape.hidden)
        selected = [self.row, *(f"{self._masked(item)} AS {quote(item.name)}" for item in planned)]
        if self.source.binds_files:
            self.slots.append(Slot("files"))
        if self.source.row_json:
            selected.append(quote(self.source.row_json))
        inner = f"SELECT {', '.join(selected)} FROM {self.source.sql}"
        if shape.where:
            sources = {name: (self._source(id_, item), item) for name, id_, item in shape.sources}
            inner += f" WHERE {self._conditions('where', shape.where, sources)}"
        if shape.smallest is not None:
            inner = self._suppressed(inner, shape.smallest)
        outer = []
        if shape.filters:
            outer.append(
                self._conditions(
                    "filters", shape.filters, {name: (quote(name), item) for name, item in self.types.items()}
                )
            )
        if shape.search:
            outer.append(self._search())
        sql = f"SELECT * FROM ({inner}) AS allowed"
        return f"{sql} WHERE {' AND '.join(outer)}" if outer else sql

    def _source(self, column_id: str, item: ItemType) -> str:
        if column_id in self.source.missing:
            return f"CAST(NULL AS {self.dialect.types[item]})"
        quoted = self.dialect.quote(column_id)
        return self.dialect.without_nan(quoted) if item in FLOATING else quoted

    def _masked(self, item: Masked) -> str:
        if item.op == "hmac":
            self.slots += [Slot("key"), Slot("key")]
        return mask_sql(self.dialect, self._source(item.id, item.type), item, self.dialect.mark(ItemType.STRING))

    def _suppressed(self, inner: str, smallest: int) -> str:
        """Count the rows of each combination and withhold small numbers, and others until they hide each other.

        A single number below the limit could be found by subtraction from the whole, so the next larger ones are
        withheld with it until together they reach the limit (complementary suppression, data-plane.md §6).
        """
        names = [self.dialect.quote(item.name) for item in self.shape.delivered]
        keys = ", ".join(names)
        order = ", ".join(f"{self._ordered(item.name)} ASC NULLS LAST" for item in self.shape.delivered)
        number = self.dialect.quote(_COUNTED)
        smaller = "ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING"
        before = f"coalesce(sum({number}) OVER (ORDER BY {number}, {order} {smaller}), 0)"
        small = f"sum(CASE WHEN {number} < {smallest} THEN 1 ELSE 0 END) OVER ()"
        grouped = f"SELECT {keys}, count(*) AS {number} FROM ({inner}) AS counted GROUP BY {keys}"
        ranked = f"SELECT *, {before} AS __before, {small} AS __small FROM ({grouped}) AS grouped"
        hidden = f"{number} < {smallest} OR (__small > 0 AND __before < {smallest})"
        counted = self.dialect.quote(self.shape.counted)
        return (
            f"SELECT row_number() OVER (ORDER BY {order}) AS {self.row}, {keys}, "
            f"CASE WHEN {hidden} THEN NULL ELSE {number} END AS {counted} FROM ({ranked}) AS ranked"
        )

    def _conditions(self, place: str, parts: Sequence[Leaf | Branch], columns: dict[str, tuple[str, ItemType]]) -> str:
        """Join conditions; their values are numbered as `leaves` walks the plan, whatever the depth."""
        self._walked = 0
        return self._joined(place, "and", parts, columns)

    def _joined(
        self, place: str, word: str, parts: Sequence[Leaf | Branch], columns: dict[str, tuple[str, ItemType]]
    ) -> str:
        written = []
        for part in parts:
            if isinstance(part, Branch):
                written.append(f"({self._joined(place, part.word, part.parts, columns)})")
            else:
                written.append(self._condition(place, part, *columns[part.column]))
                self._walked += 1
        return f" {word.upper()} ".join(written)

    def _condition(self, place: str, leaf: Leaf, column: str, item: ItemType) -> str:
        """Write one condition over a quoted column. `ne` holds for missing values too."""
        if leaf.op == "null":
            return f"{column} IS {'' if leaf.flag else 'NOT '}NULL"
        marks = []
        for position in range(leaf.size):
            self.slots.append(Slot(f"{place} {leaf.op}", item, self._walked, position))
            marks.append(self.dialect.mark(item))
        if leaf.op == "in":
            return f"{column} IN ({', '.join(marks)})"
        if leaf.op == "like":
            return self.dialect.like(column, marks[0])
        if leaf.op == "ne":
            return f"{column} IS DISTINCT FROM {marks[0]}"
        return f"{self.dialect.compared(column, item)} {_COMPARE[leaf.op]} {marks[0]}"

    def _search(self) -> str:
        texts = [item.name for item in self.shape.delivered if item.gives.is_text]
        self.slots += [Slot("search")] * len(texts)
        mark = self.dialect.mark(ItemType.STRING)
        parts = [self.dialect.like(self.dialect.folded(self.dialect.quote(name)), mark) for name in texts]
        return f"({' OR '.join(parts)})" if parts else "1 = 0"

    def _after(self, missing: Sequence[bool]) -> str:
        """Write "comes after this key" as a chain of: equal so far, and then further on."""
        alternatives = []
        equal: list[str] = []
        equal_slots: list[Slot] = []
        for index, entry in enumerate(self.shape.order):
            name = entry.removeprefix("-")
            column, slot = self.dialect.quote(name), Slot("after", self.types[name], index)
            if missing[index]:
                equal.append(f"{column} IS NULL")
                continue
            mark, sign = self.dialect.mark(slot.type), "<" if entry.startswith("-") else ">"
            alternatives.append(" AND ".join([*equal, f"({self._ordered(name)} {sign} {mark} OR {column} IS NULL)"]))
            self.slots += [*equal_slots, slot]
            equal.append(f"{column} = {mark}")
            equal_slots.append(slot)
        alternatives.append(" AND ".join([*equal, f"{self.row} > {self.dialect.mark(ItemType.INTEGER)}"]))
        self.slots += [*equal_slots, Slot("after row")]
        return "(" + " OR ".join(f"({part})" for part in alternatives) + ")"

    def _ordered(self, name: str) -> str:
        return self.dialect.compared(self.dialect.quote(name), self.types[name])

    def _order(self) -> str:
        """Order by the plan, values that are missing last, the row number deciding ties."""
        if not self.shape.order and self.source.is_ordered and self.shape.smallest is None:
            return ""
        parts = [
            f"{self._ordered(entry.removeprefix('-'))} {'DESC' if entry.startswith('-') else 'ASC'} NULLS LAST"
            for entry in self.shape.order
        ]
        return f" ORDER BY {', '.join([*parts, self.row])}"

    def _cut(self) -> str:
        sql = ""
        if self.shape.limit:
            self.slots.append(Slot("limit"))
            sql += f" LIMIT {self.dialect.limit_mark}"
        if self.shape.offset:
            self.slots.append(Slot("offset"))
            sql += f" OFFSET {self.dialect.limit_mark}"
        return sql

    def _as_json(self, names: Sequence[str]) -> str:
        if self.source.row_json:
            return self.dialect.quote(self.source.row_json)
        return row_sql(self.dialect, [(name, self.dialect.quote(name), self.types[name]) for name in names])

    def _as_text(self, name: str) -> str:
        quoted, item = self.dialect.quote(name), self.types[name]
        if item == ItemType.DATETIME:
            return f"strftime({quoted}, '%Y-%m-%d %H:%M:%S') AS {quoted}"
        # How engines write floating numbers differs: those become texts outside (catalog.data.engines.texts).
        return quoted if item.is_text or item in FLOATING else f"{self.dialect.as_text(quoted)} AS {quoted}"


def _values(query: Query, kind: Kind, dialect: Dialect, slots: Iterable[Slot], stretch: tuple[int, int]) -> list[Any]:
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
            case "stretch":
                found.append(stretch[slot.position])
            case "search":
                found.append(containing(folded(plan.search)))
            case "limit":
                found.append((plan.limit or 0) + (kind in {Kind.PAGE, Kind.JSON}))
            case "offset":
                found.append(plan.offset)
            case _:
                after = plan.after or ()
                found.append(after[-1] if op else dialect.value(after[slot.index], slot.type))
    return found


def _compared(condition: Condition, op: str, slot: Slot, dialect: Dialect) -> Any:
    value = condition.value[slot.position] if isinstance(condition.value, tuple) else str(condition.value)
    return dialect.value(pattern(value) if op == "like" else value, slot.type)
