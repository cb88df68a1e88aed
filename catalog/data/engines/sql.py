"""A plan as SQL: the allowed rows and masks inside, the question outside, every value a bound parameter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from catalog.data.duck import identifier
from catalog.data.engines.base import Query
from catalog.data.masking import mask_sql
from catalog.data.plan import Condition, PlanColumn
from catalog.data.rows import rows_sql
from catalog.data.schema import ROW_COLUMN, ItemType

_COMPARE = {"eq": "=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
_CASTS = {
    ItemType.DATE: "DATE",
    ItemType.DATETIME: "TIMESTAMP",
    ItemType.BOOLEAN: "BOOLEAN",
    ItemType.INTEGER: "DECIMAL(38, 9)",
    ItemType.NUMERIC: "DECIMAL(38, 18)",
    ItemType.MONEY: "DECIMAL(38, 18)",
    ItemType.DOUBLE: "DOUBLE",
    ItemType.FLOAT: "DOUBLE",
}
ROW = identifier(ROW_COLUMN)


@dataclass(frozen=True)
class Statement:
    """SQL with its parameters in order."""

    sql: str
    params: list[Any]


def relation(query: Query) -> Statement:
    """Compile what may be seen: masked columns of the allowed rows, narrowed by filters and search."""
    plan = query.plan
    known = {column.name: column for column in query.columns}
    params: list[Any] = []
    planned = (*plan.delivered, *plan.hidden)
    selected = [ROW, *(f"{_masked(query, item, params)} AS {identifier(item.name)}" for item in planned)]
    needed = {item.name for item in planned} | {condition.column for condition in plan.where}
    columns = [column for column in query.columns if column.name in needed]
    inner = f"SELECT {', '.join(selected)} FROM {rows_sql(query.files, columns, query.types, params)}"
    if plan.where:
        parts = [
            condition_sql(item, identifier(known[item.column].id), known[item.column].type, params)
            for item in plan.where
        ]
        inner += f" WHERE {' AND '.join(parts)}"
    outer = [condition_sql(item, identifier(item.column), query.type_of(item.column), params) for item in plan.filters]
    if plan.search:
        outer.append(_search_sql(query, params))
    sql = f"SELECT * FROM ({inner}) AS allowed"
    return Statement(f"{sql} WHERE {' AND '.join(outer)}" if outer else sql, params)


def page_statement(query: Query) -> Statement:
    """Compile one page: delivered columns, then the ordering columns as text and the row number.

    Files are written in the order of the row number, so that a plan without an order of its own need not sort.
    """
    plan = query.plan
    base = relation(query)
    params = list(base.params)
    delivered = [identifier(column.name) for column in plan.delivered]
    keys = [f"CAST({identifier(entry.removeprefix('-'))} AS VARCHAR)" for entry in plan.order]
    sql = f"SELECT {', '.join([*delivered, *keys, ROW])} FROM ({base.sql}) AS asked"
    if plan.after is not None:
        sql += f" WHERE {_after_sql(query, plan.after, params)}"
    if plan.order:
        sql += order_sql(plan.order)
    limit = plan.limit or 0
    sql += f" LIMIT {limit + 1}"
    if plan.offset and plan.after is None:
        sql += f" OFFSET {plan.offset}"
    return Statement(sql, params)


def count_statement(query: Query) -> Statement:
    """Compile the number of rows under all conditions."""
    base = relation(query)
    return Statement(f"SELECT count(*) FROM ({base.sql}) AS asked", base.params)


def stream_statement(query: Query, selected: Sequence[str] | None = None) -> Statement:
    """Compile all rows; without an order of its own the plan streams in the order of the file."""
    plan = query.plan
    base = relation(query)
    params = list(base.params)
    columns = selected or [identifier(column.name) for column in plan.delivered]
    sql = f"SELECT {', '.join(columns)} FROM ({base.sql}) AS asked"
    if plan.after is not None:
        sql += f" WHERE {_after_sql(query, plan.after, params)}"
    if plan.order:
        sql += order_sql(plan.order)
    if plan.limit is not None:
        sql += f" LIMIT {plan.limit}"
    if plan.offset and plan.after is None:
        sql += f" OFFSET {plan.offset}"
    return Statement(sql, params)


def order_sql(order: Sequence[str]) -> str:
    """Order by the plan, values that are missing last, the row number deciding ties."""
    parts = [
        f"{identifier(entry.removeprefix('-'))} {'DESC' if entry.startswith('-') else 'ASC'} NULLS LAST"
        for entry in order
    ]
    return f" ORDER BY {', '.join([*parts, ROW])}"


def condition_sql(condition: Condition, column: str, column_type: ItemType, params: list[Any]) -> str:
    """Compile one condition over a quoted column. `ne` holds for missing values too."""
    if condition.op == "null":
        return f"{column} IS {'' if condition.value else 'NOT '}NULL"
    if condition.op == "in":
        marks = ", ".join(_bound(column_type) for _ in condition.value) if isinstance(condition.value, tuple) else ""
        params.extend(condition.value if isinstance(condition.value, tuple) else ())
        return f"{column} IN ({marks})"
    if condition.op == "like":
        text = str(condition.value)
        params.append(text if "%" in text or "_" in text else f"%{text}%")
        return f"{column} LIKE ? ESCAPE '\\'"
    params.append(condition.value)
    if condition.op == "ne":
        return f"{column} IS DISTINCT FROM {_bound(column_type)}"
    return f"{column} {_COMPARE[condition.op]} {_bound(column_type)}"


def _bound(column_type: ItemType) -> str:
    cast = _CASTS.get(column_type)
    return f"CAST(? AS {cast})" if cast else "?"


def _masked(query: Query, planned: PlanColumn, params: list[Any]) -> str:
    column = next(column for column in query.columns if column.name == planned.name)
    if planned.op == "hmac":
        params.extend([query.key.hex(), query.key.hex()])
    return mask_sql(identifier(column.id), planned.op, planned.params)


def _search_sql(query: Query, params: list[Any]) -> str:
    texts = [field.name for field in query.fields if field.type.is_text]
    params.extend([query.plan.search] * len(texts))
    parts = [f"contains(lower({identifier(name)}), lower(?))" for name in texts]
    return f"({' OR '.join(parts)})" if parts else "false"


def _after_sql(query: Query, after: Sequence[Any], params: list[Any]) -> str:
    """Compile "comes after this key" as a chain of: equal so far, and then further on."""
    alternatives = []
    equal: list[str] = []
    equal_params: list[Any] = []
    *values, row = after
    for entry, value in zip(query.plan.order, values, strict=True):
        name = entry.removeprefix("-")
        column, bound = identifier(name), _bound(query.type_of(name))
        if value is None:
            equal.append(f"{column} IS NULL")
            continue
        sign = "<" if entry.startswith("-") else ">"
        alternatives.append(" AND ".join([*equal, f"({column} {sign} {bound} OR {column} IS NULL)"]))
        params.extend([*equal_params, value])
        equal.append(f"{column} = {bound}")
        equal_params.append(value)
    alternatives.append(" AND ".join([*equal, f"{ROW} > ?"]))
    params.extend([*equal_params, row])
    return "(" + " OR ".join(f"({part})" for part in alternatives) + ")"
