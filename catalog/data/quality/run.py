"""The check itself: all rules of a version, as few passes over its files as they allow."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb

from catalog.data.duck import INGEST_LIMITS, Limits, identifier, workbench
from catalog.data.masking import keyed_hash
from catalog.data.plan.conditions import MAX_TEXT
from catalog.data.quality.binding import Binder
from catalog.data.quality.cells import test_of
from catalog.data.quality.expressions import named_columns
from catalog.data.quality.facts import Facts, Known, from_facts
from catalog.data.quality.groups import ROW, drift, orphans, repeats
from catalog.data.quality.results import Result
from catalog.data.quality.rules import (
    CELL_KINDS,
    FACT_KINDS,
    GROUP_KINDS,
    Kind,
    Rule,
    RuleInvalid,
    missing_columns,
    number,
)
from catalog.data.quality.scan import SAMPLES, count_rows, judge_cells, rows_of
from catalog.data.schema import Column

DRIFT_LIMIT = 0.25
"""Population stability index above which the practice of the field speaks of a shift."""


@dataclass(frozen=True, kw_only=True)
class Other:
    """A column of another resource's version that values must exist in."""

    paths: Sequence[Path]
    columns: Sequence[Column]
    column: str


@dataclass(frozen=True, kw_only=True)
class Table:
    """What is checked: local Parquet files in order with their columns, the version before, and others by rule key.

    `known` is what making or profiling these very files has told already.
    """

    paths: Sequence[Path]
    columns: Sequence[Column]
    before: Sequence[Path] = ()
    before_columns: Sequence[Column] = ()
    others: Mapping[str, Other] = field(default_factory=dict, hash=False)
    facts: Facts = field(default_factory=Facts)
    known: Known = field(default_factory=Known)


def check(
    table: Table, rules: Sequence[Rule], folder: Path, *, key: str, limits: Limits = INGEST_LIMITS
) -> tuple[Result, ...]:
    """Ask every rule of a table; give the results in the order of the rules.

    All rules on single rows share one scan; those on a column that is known to repeat its values look at each value
    once. Each rule on rows together takes a scan of its own columns. A rule that does not fit the columns of this
    version (any more) is skipped and says so. `key` hashes the keys of sampled rows; `folder` takes what does not fit
    the memory of `limits`.

    Raises EngineLimit (file_memory).
    """
    results: dict[str, Result] = {}
    with workbench(folder, limits) as connection:
        asked = []
        for rule in rules:
            if skipped := _unfit(rule, table.columns):
                results[rule.key] = Result(rule=rule, skipped=skipped)
            else:
                asked.append(rule)
        cells = [rule for rule in asked if rule.kind in CELL_KINDS]
        source = rows_of(table.paths, table.columns)
        results |= judge_cells(connection, source, table.columns, cells, table.known.values)
        for rule in asked:
            if rule.kind not in CELL_KINDS:
                start = time.perf_counter()
                found = _alone(connection, table, rule)
                results[rule.key] = replace(found, seconds=time.perf_counter() - start)
        hashes = _hashes(connection, table, {line for found in results.values() for line in found.lines}, key)
    return tuple(_with_keys(results[rule.key], hashes) for rule in rules)


def _unfit(rule: Rule, columns: Sequence[Column]) -> str:
    if missing_columns(rule, _named(rule), columns):
        return "column_missing"
    try:
        check_rule(rule, columns)
    except RuleInvalid:
        # The item was declared otherwise when the rule was set: the officer is told, the version does not suffer.
        return "rule_unfit"
    return ""


def check_rule(rule: Rule, columns: Sequence[Column]) -> None:
    """See whether a rule fits these columns, without data. Raises RuleInvalid naming the parameter at fault."""
    if missing := missing_columns(rule, _named(rule), columns):
        raise RuleInvalid("columns", "rule_column_unknown", column=missing[0])
    if rule.kind in CELL_KINDS:
        test_of(rule, columns, Binder())
    elif rule.kind in FACT_KINDS:
        from_facts(rule, Facts(rows=1, rows_before=1))
    elif rule.kind == Kind.DRIFT:
        _drift_limit(rule)


def failing_lines(
    table: Table, rule: Rule, folder: Path, *, after: int = 0, most: int = 50, limits: Limits = INGEST_LIMITS
) -> list[int]:
    """Give the numbers of rows in which a rule is broken, in order, those behind `after` first."""
    with workbench(folder, limits) as connection:
        binder = Binder()
        if rule.kind in CELL_KINDS:
            test = test_of(rule, table.columns, binder)
            lines = f"SELECT {ROW} AS line FROM {rows_of(table.paths, table.columns)} WHERE {test.fails}"
        elif rule.kind in GROUP_KINDS:
            lines = repeats(rule, table.columns, rows_of(table.paths, table.columns))[1]
        elif rule.kind == Kind.REFERENCE and rule.key in table.others:
            lines = _orphans(table, rule)[1]
        else:
            return []
        query = f"SELECT line FROM ({lines}) WHERE line > {int(after)} ORDER BY line LIMIT {int(most)}"
        return [int(line) for (line,) in connection.execute(query, binder.values).fetchall()]


def failing_values(
    table: Table, rule: Rule, folder: Path, *, most: int = 200, limits: Limits = INGEST_LIMITS
) -> tuple[str, tuple[str, ...]] | None:
    """Give a column and those of its values by which the first rows at fault are found; no values: those without one.

    It is the column of the rule where it looks at one, else the key; None where a table has no such column, or no row
    is at fault.
    """
    lines = failing_lines(table, rule, folder, most=most, limits=limits)
    column = _finding_column(rule, table.columns)
    if not lines or column is None:
        return None
    value = f"CAST({identifier(column)} AS VARCHAR)"
    listed = ", ".join(map(str, lines))
    source = rows_of(table.paths, table.columns)
    query = f"SELECT DISTINCT {value} FROM {source} WHERE {ROW} IN ({listed}) AND {value} IS NOT NULL"
    with workbench(folder, limits) as connection:
        found = [str(text) for (text,) in connection.execute(f"{query} ORDER BY 1").fetchall()]
    return column, tuple(text for text in found if len(text) <= MAX_TEXT)


def _finding_column(rule: Rule, columns: Sequence[Column]) -> str | None:
    if len(rule.columns) == 1 or rule.kind in {Kind.UNIQUE, Kind.KEY}:
        return rule.columns[0]
    keys = [column.id for column in columns if column.primary_key]
    return keys[0] if len(keys) == 1 else None


def _named(rule: Rule) -> tuple[str, ...]:
    return named_columns(rule.params) if rule.kind == Kind.EXPRESSION else ()


def _alone(connection: duckdb.DuckDBPyConnection, table: Table, rule: Rule) -> Result:
    if rule.kind in FACT_KINDS:
        return from_facts(rule, table.facts)
    if rule.kind == Kind.DRIFT:
        return _drift(connection, table, rule)
    if rule.kind == Kind.REFERENCE:
        if rule.key not in table.others:
            return Result(rule=rule, skipped="reference_missing")
        count, lines = _orphans(table, rule)
    elif rule.kind == Kind.KEY and table.known.key and table.known.key == set(rule.columns):
        return Result(rule=rule, total=count_rows(connection, rows_of(table.paths, table.columns)))
    else:
        count, lines = repeats(rule, table.columns, rows_of(table.paths, table.columns))
    total, failed = connection.execute(count).fetchall()[0]
    found: tuple[int, ...] = ()
    if failed:
        rows = connection.execute(f"SELECT line FROM ({lines}) ORDER BY line LIMIT {SAMPLES}").fetchall()
        found = tuple(int(line) for (line,) in rows)
    return Result(rule=rule, total=int(total), failed=int(failed), lines=found)


def _orphans(table: Table, rule: Rule) -> tuple[str, str]:
    other = table.others[rule.key]
    mine = next(column for column in table.columns if column.id == rule.columns[0])
    theirs = next(column for column in other.columns if column.id == other.column)
    return orphans(mine, rows_of(table.paths, table.columns), theirs, rows_of(other.paths, other.columns))


def _drift_limit(rule: Rule) -> float:
    limit = number(rule.params.get("limit", DRIFT_LIMIT), "limit")
    if limit <= 0:
        raise RuleInvalid("limit", "rule_number")
    return limit


def _drift(connection: duckdb.DuckDBPyConnection, table: Table, rule: Rule) -> Result:
    limit = _drift_limit(rule)
    if not table.before or missing_columns(rule, (), table.before_columns):
        return Result(rule=rule, skipped="first_version")
    column = next(column for column in table.columns if column.id == rule.columns[0])
    query = drift(column, rows_of(table.paths, table.columns), rows_of(table.before, table.before_columns))
    index = connection.execute(query).fetchall()[0][0]
    if index is None:
        return Result(rule=rule, skipped="empty_before")
    facts = {"index": round(float(index), 4), "limit": limit}
    return Result(rule=rule, total=1, failed=int(index > limit), facts=facts)


def _hashes(connection: duckdb.DuckDBPyConnection, table: Table, lines: set[int], key: str) -> dict[int, str]:
    """Give the keyed hash of the key of each line; nothing for a table without a key."""
    keys = [column for column in table.columns if column.primary_key]
    if not lines or not keys:
        return {}
    parts = ", ".join(f"coalesce(CAST({identifier(column.id)} AS VARCHAR), '')" for column in keys)
    listed = ", ".join(str(line) for line in sorted(lines))
    rows = connection.execute(
        f"SELECT {ROW}, [{parts}] FROM {rows_of(table.paths, table.columns)} WHERE {ROW} IN ({listed})"
    ).fetchall()
    return {int(line): keyed_hash(key, "\x1f".join(values)) for line, values in rows}


def _with_keys(result: Result, hashes: Mapping[int, str]) -> Result:
    return replace(result, keys=tuple(hashes[line] for line in result.lines if line in hashes))
