"""How well people hide in a table: k-anonymity and l-diversity of declared quasi-identifiers, in the engine."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from catalog.data.duck import attach_buckets, identifier, workbench
from catalog.data.plan import PlanColumn
from catalog.data.privacy.delivered import HIDING, delivered_sql
from catalog.data.privacy.roles import QUASI, SENSITIVE
from catalog.data.rows import rows_sql
from catalog.data.schema import Column
from catalog.data.store import Location

Planned = Sequence[tuple[Column, PlanColumn]]
WHOLE_ROWS = 20_000_000
"""Of a table with more rows `measure` counts some of the groups, each of them whole."""


@dataclass(frozen=True, kw_only=True)
class Anonymity:
    """The smallest group of equal quasi-identifiers (k), rows in groups below the wanted k, and l by column.

    `k` is 0 for a table without rows. `diversity` is the smallest number of different values of a sensitive column
    within a group; a missing value counts as one value. `one_in` is how many groups stand behind each one counted;
    `groups` and `rows_at_risk` are then estimates, and `k` is that of the groups counted.
    """

    k: int
    groups: int
    rows_at_risk: int
    diversity: Mapping[str, int]
    wanted: int
    one_in: int = 1


def anonymity(
    connection: duckdb.DuckDBPyConnection,
    quasi: Sequence[str],
    sensitive: Sequence[str],
    *,
    wanted: int,
    source: str = "whole",
    one_in: int = 1,
) -> Anonymity:
    """Measure the view `source`: `quasi` are SQL expressions as they are delivered, `sensitive` column ids."""
    keys = ", ".join(f"{expression} AS q{at}" for at, expression in enumerate(quasi))
    names = ", ".join(f"q{at}" for at in range(len(quasi)))
    values = "".join(f", {identifier(name)} AS s{at}" for at, name in enumerate(sensitive))
    counted = "".join(
        f", count(DISTINCT s{at}) + max((s{at} IS NULL)::INTEGER) AS d{at}" for at in range(len(sensitive))
    )
    least = "".join(f", min(d{at})" for at in range(len(sensitive)))
    drawn = f" WHERE hash({names}) % {one_in} = 0" if one_in > 1 else ""
    k, groups, risk, *diversity = connection.execute(
        f"SELECT coalesce(min(n), 0), count(*), coalesce(sum(n) FILTER (n < {wanted:d}), 0)::BIGINT{least} FROM "
        f"(SELECT count(*) AS n{counted} FROM (SELECT {keys}{values} FROM {source}){drawn} GROUP BY {names})"
    ).fetchall()[0]
    found = {name: int(value or 0) for name, value in zip(sensitive, diversity, strict=True)}
    return Anonymity(
        k=int(k), groups=groups * one_in, rows_at_risk=risk * one_in, diversity=found, wanted=wanted, one_in=one_in
    )


def anonymity_of(
    connection: duckdb.DuckDBPyConnection,
    planned: Planned,
    roles: Mapping[str, str],
    *,
    wanted: int,
    one_in: int = 1,
) -> Anonymity | None:
    """Measure the view `whole` as a plan delivers it, by column name; None where no quasi-identifier is delivered."""
    seen = [(column, item) for column, item in planned if item.op not in HIDING]
    quasi = [delivered_sql(column, item) for column, item in seen if roles.get(column.name) == QUASI]
    sensitive = {column.id: column.name for column, _item in seen if roles.get(column.name) in SENSITIVE}
    if not quasi:
        return None
    found = anonymity(connection, quasi, list(sensitive), wanted=wanted, one_in=one_in)
    return replace(found, diversity={sensitive[key]: value for key, value in found.diversity.items()})


def measure(
    files: Sequence[Location],
    columns: Sequence[Column],
    types: Mapping[str, str],
    plans: Sequence[Planned],
    roles: Mapping[str, str],
    *,
    rows: int,
    wanted: int,
) -> list[Anonymity | None]:
    """Measure the files of a version under each of `plans`; `rows` is how many there are (see WHOLE_ROWS).

    Raises EngineLimit when it does not fit the memory.
    """
    one_in = -(-rows // WHOLE_ROWS) or 1
    with tempfile.TemporaryDirectory(prefix="songhua-groups-") as folder, workbench(Path(folder)) as connection:
        attach_buckets(connection, files)
        connection.execute(f"CREATE TEMP VIEW whole AS SELECT * FROM {rows_sql(files, columns, types)}")
        return [anonymity_of(connection, plan, roles, wanted=wanted, one_in=one_in) for plan in plans]
