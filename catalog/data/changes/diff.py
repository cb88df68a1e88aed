"""Two versions compared by key, or by whole rows where there is no key, into one file of differences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalog.data.duck import INGEST_LIMITS, Limits, attach_buckets, identifier, literal, time_limit, workbench
from catalog.data.rows import rows_sql, type_in
from catalog.data.schema import ROW_COLUMN, Column
from catalog.data.store import Location

KINDS = ("added", "changed", "removed")
ROW = identifier(ROW_COLUMN)


@dataclass(frozen=True, kw_only=True)
class Side:
    """One of the two versions: the files the other does not share, its columns, the types they are read in."""

    files: tuple[Location, ...]
    columns: tuple[Column, ...]
    types: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One row that differs: cells by column id, before and after; None as a whole where there was no row."""

    number: int
    kind: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


def keys_of(before: Side, after: Side) -> list[Column]:
    """Give the key by which both can be compared; nothing when they were not kept by the same key."""
    old = [column.id for column in before.columns if column.primary_key]
    new = [column for column in after.columns if column.primary_key]
    return new if sorted(old) == sorted(column.id for column in new) else []


def compare(before: Side, after: Side, target: Path, limits: Limits = INGEST_LIMITS) -> None:
    """Write every difference to `target` as Parquet: its number, kind, and each column before (b_…) and after (a_…).

    By key a row is added, removed or changed; columns that only one side has do not make a change. Without a key
    whole rows are counted, and each that one side has more of is removed or added. Constant memory.
    Raises EngineLimit when it takes longer or more than the limits allow.
    """
    held = {column.id for column in before.columns}
    shared = [column for column in after.columns if column.id in held]
    keys = keys_of(before, after)
    query = _by_key(before, after, shared, keys) if keys else _by_row(before, after, shared)
    with workbench(target.parent, limits) as connection, time_limit(connection, limits.seconds):
        attach_buckets(connection, [*before.files, *after.files])
        numbered = f"SELECT row_number() OVER () AS {ROW}, * FROM ({query})"
        connection.execute(f"COPY ({numbered}) TO {literal(str(target))} (FORMAT parquet, COMPRESSION zstd)")


def _sources(before: Side, after: Side) -> tuple[str, str]:
    return (
        rows_sql(before.files, before.columns, before.types),
        rows_sql(after.files, after.columns, after.types),
    )


def _by_key(before: Side, after: Side, shared: Sequence[Column], keys: Sequence[Column]) -> str:
    old, new = _sources(before, after)
    same = " AND ".join(f"b.{identifier(key.id)} = a.{identifier(key.id)}" for key in keys)
    differs = [
        f"b.{identifier(column.id)} IS DISTINCT FROM a.{identifier(column.id)}"
        for column in shared
        if not column.primary_key
    ]
    changed = f" OR {' OR '.join(differs)}" if differs else ""
    cells = [f"b.{identifier(column.id)} AS {identifier('b_' + column.id)}" for column in before.columns]
    cells += [f"a.{identifier(column.id)} AS {identifier('a_' + column.id)}" for column in after.columns]
    kind = f"CASE WHEN b.{ROW} IS NULL THEN 'added' WHEN a.{ROW} IS NULL THEN 'removed' ELSE 'changed' END"
    return (
        f"SELECT {kind} AS kind, {', '.join(cells)} FROM {old} b FULL OUTER JOIN {new} a ON {same} "
        f"WHERE b.{ROW} IS NULL OR a.{ROW} IS NULL{changed} ORDER BY coalesce(a.{ROW}, b.{ROW}), a.{ROW} IS NULL"
    )


def _by_row(before: Side, after: Side, shared: Sequence[Column]) -> str:
    """Give each row that one side has more often than the other, once for each time."""
    old, new = _sources(before, after)
    names = [identifier(column.id) for column in shared]
    listed = ", ".join(names)
    cells = [
        f"CASE WHEN kind = {literal(kind)} THEN {identifier(column.id)} END AS {identifier(prefix + column.id)}"
        for prefix, kind in (("b_", "removed"), ("a_", "added"))
        for column in shared
    ]

    def numbered(source: str) -> str:
        return f"SELECT {ROW}, {listed}, row_number() OVER (PARTITION BY {listed} ORDER BY {ROW}) AS nth FROM {source}"

    same = " AND ".join(f"x.{name} IS NOT DISTINCT FROM y.{name}" for name in [*names, "nth"])

    def only(one: str, other: str, kind: str) -> str:
        return f"SELECT {literal(kind)} AS kind, x.* FROM ({numbered(one)}) x ANTI JOIN ({numbered(other)}) y ON {same}"

    union = f"{only(old, new, 'removed')} UNION ALL {only(new, old, 'added')}"
    return f"SELECT kind, {', '.join(cells)} FROM ({union}) ORDER BY {ROW}, kind DESC"


def difference_columns(before: Side, after: Side) -> tuple[tuple[Column, ...], dict[str, str]]:
    """Give the columns of a file of `compare` under names that people read, and their types: kind, then side by side.

    A column stands as name_before and name_after; with whole rows compared, only those both sides have.
    """
    held, now = {column.id for column in before.columns}, {column.id for column in after.columns}
    by_key = bool(keys_of(before, after))
    columns, types = [Column(id="kind", name="difference")], {"kind": "VARCHAR"}
    gone = [column for column in before.columns if column.id not in now]
    for column in [*after.columns, *gone]:
        for side, prefix, word, has in ((before, "b_", "before", held), (after, "a_", "after", now)):
            if column.id in has and (by_key or column.id in held & now):
                columns.append(Column(id=prefix + column.id, name=f"{column.name}_{word}", type=column.type))
                types[prefix + column.id] = type_in(side.types, column)
    return tuple(columns), types


def count_differences(file: Location, folder: Path, limits: Limits = INGEST_LIMITS) -> dict[str, int]:
    """Count the differences in a file of `compare` by kind."""
    with workbench(folder, limits) as connection:
        attach_buckets(connection, [file])
        found = dict(
            connection.execute("SELECT kind, count(*) FROM read_parquet(?) GROUP BY 1", [file.address]).fetchall()
        )
    return {kind: int(found.get(kind, 0)) for kind in KINDS}


def read_differences(
    file: Location, folder: Path, *, kind: str = "", after: int = 0, limit: int = 100, limits: Limits = INGEST_LIMITS
) -> list[Difference]:
    """Read differences from a file of `compare` behind the number `after`, of one kind or of all."""
    where, params = f"{ROW} > ?", [after]
    if kind:
        where += f" AND kind = {literal(kind)}"
    with workbench(folder, limits) as connection:
        attach_buckets(connection, [file])
        cursor = connection.execute(
            f"SELECT * FROM read_parquet(?) WHERE {where} ORDER BY {ROW} LIMIT ?",
            [file.address, *params, limit],
        )
        names = [column[0] for column in cursor.description or ()]
        rows = cursor.fetchall()
    return [_difference(dict(zip(names, row, strict=True))) for row in rows]


def _difference(row: Mapping[str, Any]) -> Difference:
    kind = str(row["kind"])
    sides = {
        prefix: {name[2:]: value for name, value in row.items() if name.startswith(prefix)} for prefix in ("b_", "a_")
    }
    return Difference(
        number=int(row[ROW_COLUMN]),
        kind=kind,
        before=None if kind == "added" else sides["b_"],
        after=None if kind == "removed" else sides["a_"],
    )
