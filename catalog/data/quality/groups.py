"""Rules on rows together: keys and uniqueness, rows that stand twice, values that must exist elsewhere, drift."""

from __future__ import annotations

from collections.abc import Sequence

from catalog.data.duck import identifier
from catalog.data.quality.rules import Kind, Rule
from catalog.data.schema import ROW_COLUMN, Column, ItemType

ROW = identifier(ROW_COLUMN)
BINS = 10
FREQUENT = 20
_LITTLE = 0.0001
"""The share a class of values gets where it does not occur, so that its logarithm exists (practice of the PSI)."""


def repeats(rule: Rule, columns: Sequence[Column], source: str) -> tuple[str, str]:
    """Give the SQL that counts (total, failed) and the one that lists lines at fault, for keys and uniqueness.

    The first of equal rows is right, each further one at fault; a key with a missing part is at fault as well.
    A missing part leaves a row out of a rule on uniqueness.
    """
    if rule.kind == Kind.DUPLICATE_ROWS:
        cells = ", ".join(identifier(column.id) for column in columns)
        # Two hashes of 64 bits: a billion different rows meet by chance with one in 10^20.
        parts = [f"hash({cells})", f"hash('again', {cells})"]
        whole = "true"
    else:
        parts = [identifier(name) for name in rule.columns]
        whole = " AND ".join(f"{part} IS NOT NULL" for part in parts)
    named = ", ".join(f"{part} AS g{index}" for index, part in enumerate(parts))
    names = ", ".join(f"g{index}" for index in range(len(parts)))
    keyed = f"SELECT {ROW}, {named} FROM {source} WHERE {whole}"
    groups = f"SELECT count(*) AS n, min({ROW}) AS first, {names} FROM ({keyed}) GROUP BY {names}"
    count = f"SELECT coalesce(sum(n), 0)::BIGINT, coalesce(sum(n - 1), 0)::BIGINT FROM ({groups})"
    if rule.kind == Kind.KEY:
        empty = f"(SELECT count(*) FROM {source} WHERE NOT ({whole}))"
        count = f"SELECT a + {empty}, b + {empty} FROM ({count}) AS c(a, b)"
    same = " AND ".join(f"t.g{index} = d.g{index}" for index in range(len(parts)))
    lines = (
        f"SELECT t.{ROW} AS line FROM ({keyed}) t "
        f"JOIN (SELECT * FROM ({groups}) WHERE n > 1) d ON {same} WHERE t.{ROW} <> d.first"
    )
    if rule.kind == Kind.KEY:
        lines += f" UNION ALL SELECT {ROW} FROM {source} WHERE NOT ({whole})"
    return count, lines


def orphans(column: Column, source: str, other: Column, other_source: str) -> tuple[str, str]:
    """Give the SQL of (total, failed) and of the lines whose value does not exist in the other table's column."""
    mine, theirs = (
        identifier(item.id) if item.type.is_text else f"CAST({identifier(item.id)} AS VARCHAR)"
        for item in (column, other)
    )
    known = f"SELECT DISTINCT {theirs} AS known FROM {other_source} WHERE {identifier(other.id)} IS NOT NULL"
    rows = f"SELECT {ROW}, {mine} AS mine FROM {source} WHERE {identifier(column.id)} IS NOT NULL"
    joined = f"({rows}) t LEFT JOIN ({known}) k ON t.mine = k.known"
    return (
        f"SELECT count(*), count(*) FILTER (k.known IS NULL) FROM {joined}",
        f"SELECT {ROW} AS line FROM {joined} WHERE k.known IS NULL",
    )


def drift(column: Column, source: str, before: str) -> str:
    """Give the SQL of one number: the population stability index of a column against the version before.

    Numbers and times are compared in the tenths of the version before, other values by its twenty most frequent ones;
    what is missing is a class of its own. NULL where one of the versions has no rows.
    """
    name = identifier(column.id)
    if column.type.is_number or column.type.is_time:
        value = f"epoch({name})" if column.type.is_time else f"{name}::DOUBLE"
        if column.type in {ItemType.DOUBLE, ItemType.FLOAT}:
            value = f"CASE WHEN isfinite({name}) THEN {value} END"
        shares = ", ".join(str(step / BINS) for step in range(1, BINS))
        edges = f"(SELECT quantile_cont({value}, [{shares}]) FROM {before})"
        kind = f"CASE WHEN {value} IS NULL THEN -1 ELSE len(list_filter({edges}, lambda e: e < {value})) END"
    else:
        text = f"CAST({name} AS VARCHAR)"
        grouped = f"SELECT {text} FROM {before} WHERE {name} IS NOT NULL GROUP BY 1"
        frequent = f"{grouped} ORDER BY count(*) DESC, 1 LIMIT {FREQUENT}"
        kind = f"CASE WHEN {name} IS NULL THEN '-' WHEN {text} IN ({frequent}) THEN '=' || {text} ELSE '+' END"

    def shares_of(table: str) -> str:
        kinds = f"SELECT {kind} AS kind FROM {table}"
        return f"SELECT kind, count(*) / sum(count(*)) OVER () AS share FROM ({kinds}) GROUP BY kind"

    ratio = f"greatest(coalesce(share_a, 0), {_LITTLE})", f"greatest(coalesce(share_b, 0), {_LITTLE})"
    both = (
        f"SELECT a.share AS share_a, b.share AS share_b FROM ({shares_of(source)}) a "
        f"FULL JOIN ({shares_of(before)}) b ON a.kind = b.kind"
    )
    index = f"sum(({ratio[0]} - {ratio[1]}) * ln({ratio[0]} / {ratio[1]}))"
    return f"SELECT CASE WHEN count(share_a) > 0 AND count(share_b) > 0 THEN {index} END FROM ({both})"
