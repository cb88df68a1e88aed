"""The rules on single rows: one scan for all of them, and each value once where a column repeats its values."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path

import duckdb

from catalog.data.duck import identifier, literal
from catalog.data.quality.binding import Binder
from catalog.data.quality.cells import test_of
from catalog.data.quality.groups import ROW
from catalog.data.quality.results import Result
from catalog.data.quality.rules import Rule
from catalog.data.schema import SQL_TYPES, Column

SAMPLES = 20
FEW_VALUES = 100_000
"""A column with at most so many different values, each on REPEATED rows or more, is judged value by value."""
REPEATED = 4


def rows_of(paths: Sequence[Path], columns: Sequence[Column]) -> str:
    """Give the rows of the files as one table; a column that was declared after a file was written is empty there."""
    declared = ", ".join(f"NULL::{SQL_TYPES[column.type]} AS {identifier(column.id)}" for column in columns)
    empty = f"SELECT NULL::BIGINT AS {ROW}, {declared} WHERE false"
    if not paths:
        return f"({empty})"
    listed = ", ".join(literal(str(path)) for path in paths)
    return f"({empty} UNION ALL BY NAME SELECT * FROM read_parquet([{listed}], union_by_name = true))"


def judge_cells(
    connection: duckdb.DuckDBPyConnection,
    source: str,
    columns: Sequence[Column],
    rules: Sequence[Rule],
    different: Mapping[str, int],
) -> dict[str, Result]:
    """Answer rules of cell kinds, by their keys. `different` says how many values a column has, where that is known."""
    if not rules:
        return {}
    start = time.perf_counter()
    rows = count_rows(connection, source)
    apart = [rule for rule in rules if len(rule.columns) == 1 and _repeats(different.get(rule.columns[0]), rows)]
    together = [rule for rule in rules if rule not in apart]
    counts: dict[str, tuple[int, int]] = {}
    for name, group in groupby(sorted(apart, key=lambda rule: rule.columns), key=lambda rule: rule.columns[0]):
        counts |= _by_value(connection, source, columns, name, list(group))
    lines: dict[str, tuple[int, ...]] = {}
    broken = [rule for rule in apart if counts[rule.key][1]]
    if together or broken:
        found, lines = _by_row(connection, source, columns, together, broken)
        counts |= found
    # The scans are shared: no rule can be charged with a part of its own.
    seconds = (time.perf_counter() - start) / len(rules)
    return {
        rule.key: Result(
            rule=rule,
            total=counts[rule.key][0],
            failed=counts[rule.key][1],
            lines=lines.get(rule.key, ()),
            seconds=seconds,
        )
        for rule in rules
    }


def count_rows(connection: duckdb.DuckDBPyConnection, source: str) -> int:
    """Count the rows, which the files themselves know."""
    return int(connection.execute(f"SELECT count(*) FROM {source}").fetchall()[0][0])


def _repeats(values: int | None, rows: int) -> bool:
    return values is not None and values <= FEW_VALUES and values * REPEATED <= rows


def _by_value(
    connection: duckdb.DuckDBPyConnection, source: str, columns: Sequence[Column], name: str, rules: Sequence[Rule]
) -> dict[str, tuple[int, int]]:
    """Count (rows it applies to, rows at fault) for rules on one column, asking each of its values once."""
    binder, tests, sums = Binder(), ["n"], []
    for at, rule in enumerate(rules):
        test = test_of(rule, columns, binder)
        tests += [f"{test.applies} AS a{at}", f"{test.fails} AS f{at}"]
        sums += [f"coalesce(sum(n) FILTER (a{at}), 0)::BIGINT", f"coalesce(sum(n) FILTER (f{at}), 0)::BIGINT"]
    values = f"SELECT {identifier(name)}, count(*) AS n FROM {source} GROUP BY 1"
    judged = f"SELECT {', '.join(tests)} FROM ({values})"
    row = connection.execute(f"SELECT {', '.join(sums)} FROM ({judged})", binder.values).fetchall()[0]
    return {rule.key: (row[2 * at], row[2 * at + 1]) for at, rule in enumerate(rules)}


def _by_row(
    connection: duckdb.DuckDBPyConnection,
    source: str,
    columns: Sequence[Column],
    rules: Sequence[Rule],
    broken: Sequence[Rule],
) -> tuple[dict[str, tuple[int, int]], dict[str, tuple[int, ...]]]:
    """Count for `rules` as `_by_value` does, and give the first lines at fault of these and of the `broken` ones."""
    binder, tests, sums = Binder(), [ROW], []
    for at, rule in enumerate((*rules, *broken)):
        test = test_of(rule, columns, binder)
        # Worked out below and counted above: inside of FILTER each of them would be worked out again.
        tests += [f"{test.applies} AS a{at}", f"{test.fails} AS f{at}"]
        if at < len(rules):
            sums += [f"count(*) FILTER (a{at})", f"count(*) FILTER (f{at})"]
        sums.append(f"min({ROW}, {SAMPLES}) FILTER (f{at})")
    judged = f"SELECT {', '.join(tests)} FROM {source}"
    row = list(connection.execute(f"SELECT {', '.join(sums)} FROM ({judged})", binder.values).fetchall()[0])
    counts, lines = {}, {}
    for rule in rules:
        counts[rule.key] = (row.pop(0), row.pop(0))
        lines[rule.key] = tuple(sorted(row.pop(0) or ()))
    for rule in broken:
        lines[rule.key] = tuple(sorted(row.pop(0) or ()))
    return counts, lines
