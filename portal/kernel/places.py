"""Rows named by where they stand in the database: read by their keys once, and proved by their places afterwards.

PostgreSQL writes a changed row anew, under another transaction (xmin) and at another place (ctid). A row that is seen
at the place where it was, with the same key and the same xmin, is the row that was read: no writer has to help, and no
index has to be asked. The key belongs to it, because tables can be packed, and another row of the same transaction may
stand at the place then.

All rows of an owner are those that were read if there are as many, and all were written by the transactions that wrote
those: what is added, changed or given to the owner afterwards has another xmin than any that was seen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from portal.kernel.proof import Proof

_PARTS, _MARKS = "|", ";"


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows that a stamp names: their table, its key, and the type of the key.

    `of` is set where they are all rows that name one other row: by which column, and under which name the stamp has
    that row. Then one that is added, or taken away, shows as well.
    """

    table: str
    key: str = "id"
    key_type: str = "bigint"
    of: tuple[str, str] | None = None


def mark(alias: str, rows: Rows) -> str:
    """Write the expression that says where the row of this alias stands: key, xmin, ctid; empty without a row."""
    return f"concat_ws(' ', {alias}.{rows.key}, {alias}.xmin, {alias}.ctid)"


def marks(alias: str, rows: Rows, order: str = "") -> str:
    """Write the aggregate of the same over rows, in the order of their keys or another one."""
    return f"string_agg({mark(alias, rows)}, '{_MARKS}' ORDER BY {order or f'{alias}.{rows.key}'})"


def stamp_of(named: Mapping[str, str]) -> str:
    """Write the expression of a stamp: what `mark` or `marks` wrote, by the name it has in the stamp."""
    parts = [f"concat_ws(' ', '{name}', {expression})" for name, expression in named.items()]
    return f"concat_ws('{_PARTS}', {', '.join(parts)})"


def proof_of(stamp: str, tables: Mapping[str, Rows]) -> Proof | None:
    """Give the proof that all rows of a stamp stand where they stood; None where one was missing already.

    What is not there has no place: that it is still not there has to be asked by its key.
    """
    named = dict(part.partition(" ")[::2] for part in stamp.split(_PARTS))
    asked: list[tuple[Rows, str, int]] = []
    params: list[str] = []
    answers: list[str] = []
    for name, found in named.items():
        rows = tables[name]
        if rows.of is not None:
            owner = named[rows.of[1]].rsplit(" ", 2)[0]
            xmins = [one.rsplit(" ", 2)[1] for one in found.split(_MARKS)] if found else []
            asked.append((rows, tables[rows.of[1]].key_type, 1))
            params += [f"{{{','.join(sorted(set(xmins)))}}}", owner]
            answers.append(f"{len(xmins)} {len(xmins)}")
        elif not found.strip():
            return None
        else:
            for one in found.split(_MARKS):
                key, xmin, ctid = one.rsplit(" ", 2)
                params += [ctid, key]
                answers.append(xmin)
            asked.append((rows, rows.key_type, found.count(_MARKS) + 1))
    return Proof(_proof_sql(tuple(asked)), tuple(params), _PARTS.join(answers))


@lru_cache(maxsize=200)
def _proof_sql(asked: Sequence[tuple[Rows, str, int]]) -> str:
    """Write the statement that asks for so many rows of each table, one by one, or for all rows of an owner."""
    parts: list[str] = []
    for rows, key_type, times in asked:
        if rows.of is not None:
            found = "concat_ws(' ', count(*) FILTER (WHERE one.xmin = ANY (CAST(%s AS xid[]))), count(*))"
            condition = f"one.{rows.of[0]} = CAST(%s AS {key_type})"
        else:
            found = "one.xmin"
            condition = f"one.ctid = CAST(%s AS tid) AND one.{rows.key} = CAST(%s AS {key_type})"
        parts += [f"(SELECT {found} FROM {rows.table} AS one WHERE {condition})"] * times  # noqa: S608  names of our own, values are bound
    return f"SELECT concat_ws('{_PARTS}', {', '.join(parts)})"
