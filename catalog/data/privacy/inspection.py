"""Looks through every row of a version before it is opened: what is found in it, and how well people hide in it."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from catalog.data.duck import attach_buckets, workbench
from catalog.data.findings import Finding, find_sensitive
from catalog.data.plan import PlanColumn
from catalog.data.privacy.anonymity import Anonymity, anonymity_of
from catalog.data.privacy.delivered import HIDING
from catalog.data.privacy.places import exact_addresses, exact_places
from catalog.data.privacy.roles import OF_A_PERSON
from catalog.data.privacy.suppression import Suppression, check_suppression
from catalog.data.privacy.uniqueness import Uniqueness, uniqueness
from catalog.data.rows import rows_sql
from catalog.data.schema import Column
from catalog.data.store import Location


@dataclass(frozen=True, kw_only=True)
class Inspection:
    """What was found, by column name: findings in columns delivered as they are, rows with too exact coordinates and,
    where rows are about people, with addresses; numbers of people (None: no such column), the anonymity of the
    quasi-identifiers (None: there are none), and which columns single rows out.
    """

    findings: Mapping[str, Finding]
    exact: Mapping[str, int]
    addresses: Mapping[str, int]
    suppression: Suppression | None
    anonymity: Anonymity | None
    uniqueness: Uniqueness


def inspect(
    files: Sequence[Location],
    columns: Mapping[str, Column],
    types: Mapping[str, str],
    *,
    delivered: Sequence[PlanColumn],
    roles: Mapping[str, str],
    coordinates: Sequence[str] = (),
    distinct: Mapping[str, int] | None = None,
    k: int,
    decimals: int,
) -> Inspection:
    """Inspect the columns (by name) of a version's files as a plan delivers them; see `find_sensitive` for samples.

    ``roles`` are privacy roles by column name; ``coordinates`` name the columns that say where something lies;
    ``distinct`` is what the profile knows of the number of values of each column.
    Raises EngineLimit when it does not fit the memory.
    """
    planned = [(columns[item.name], item) for item in delivered if item.name in columns and item.op not in HIDING]
    plain = [column for column, item in planned if item.op == "pass"]
    is_of_people = any(roles.get(column.name) in OF_A_PERSON for column, _item in planned)
    with tempfile.TemporaryDirectory(prefix="songhua-inspect-") as folder, workbench(Path(folder)) as connection:
        attach_buckets(connection, files)
        source = rows_sql(files, list(columns.values()), types)
        connection.execute(f"CREATE TEMP VIEW whole AS SELECT * FROM {source}")
        rows = int(connection.execute("SELECT count(*) FROM whole").fetchall()[0][0])
        found = find_sensitive(connection, plain)
        return Inspection(
            findings={column.name: found[column.id] for column in plain if column.id in found},
            exact=exact_places(connection, plain, coordinates, decimals=decimals),
            addresses=exact_addresses(connection, plain, rows=rows) if is_of_people else {},
            suppression=check_suppression(connection, planned, roles, rows=rows, distinct=distinct),
            anonymity=anonymity_of(connection, planned, roles, wanted=k),
            uniqueness=uniqueness(connection, planned, rows=rows, distinct=distinct or {}),
        )
