"""Looks through every row of a version before it is opened: what is found in it, and how well people hide in it."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from catalog.data.duck import attach_buckets, identifier, workbench
from catalog.data.findings import Finding, find_sensitive
from catalog.data.plan import PlanColumn
from catalog.data.privacy.anonymity import Anonymity, anonymity_of
from catalog.data.privacy.delivered import HIDING
from catalog.data.rows import rows_sql
from catalog.data.schema import Column
from catalog.data.store import Location

SMALL = 10
"""A number of people below this may point at one of them (data-plane.md §6, rule 4)."""


@dataclass(frozen=True, kw_only=True)
class Inspection:
    """What was found, all by column name: findings in columns delivered as they are, small numbers of people, too
    exact coordinates (rows of each), and the anonymity of the quasi-identifiers as they are delivered.
    """

    findings: Mapping[str, Finding]
    small: Mapping[str, int]
    exact: Mapping[str, int]
    anonymity: Anonymity | None


def inspect(
    files: Sequence[Location],
    columns: Mapping[str, Column],
    types: Mapping[str, str],
    *,
    delivered: Sequence[PlanColumn],
    roles: Mapping[str, str],
    coordinates: Sequence[str] = (),
    k: int,
    decimals: int,
) -> Inspection:
    """Inspect the columns (by name) of a version's files as a plan delivers them; see `find_sensitive` for samples.

    ``roles`` are privacy roles by column name; ``coordinates`` name the columns that say where something lies.
    Raises EngineLimit when it does not fit the memory.
    """
    planned = [(columns[item.name], item) for item in delivered if item.name in columns and item.op not in HIDING]
    plain = [column for column, item in planned if item.op == "pass"]
    with tempfile.TemporaryDirectory(prefix="songhua-inspect-") as folder, workbench(Path(folder)) as connection:
        attach_buckets(connection, files)
        source = rows_sql(files, list(columns.values()), types)
        connection.execute(f"CREATE TEMP VIEW whole AS SELECT * FROM {source}")
        found = find_sensitive(connection, plain)
        people = [c for c in plain if c.type.is_number and roles.get(c.name) == "people"]
        places = [c for c in plain if c.name in coordinates and c.type.is_number]
        return Inspection(
            findings={column.name: found[column.id] for column in plain if column.id in found},
            small=_counted(connection, {c: f"{identifier(c.id)} BETWEEN 1 AND {SMALL - 1}" for c in people}),
            exact=_counted(connection, {c: _finer(c, decimals) for c in places}),
            anonymity=anonymity_of(connection, planned, roles, wanted=k),
        )


def _finer(column: Column, decimals: int) -> str:
    name = f"{identifier(column.id)}::DOUBLE"
    return f"abs({name} - round({name}, {decimals})) > 1e-12"


def _counted(connection: duckdb.DuckDBPyConnection, asked: Mapping[Column, str]) -> dict[str, int]:
    if not asked:
        return {}
    parts = ", ".join(f"count(*) FILTER (WHERE {condition})" for condition in asked.values())
    row = connection.execute(f"SELECT {parts} FROM whole").fetchall()[0]
    return {column.name: count for column, count in zip(asked, row, strict=True) if count}
