"""Whether rows about people can be joined with another table by columns that both have, and so be told apart."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from catalog.data.duck import attach_buckets, workbench
from catalog.data.plan import PlanColumn
from catalog.data.privacy.delivered import delivered_sql
from catalog.data.rows import rows_sql
from catalog.data.schema import Column
from catalog.data.store import Location

Pair = tuple[str, str]
"""A column of the table about people and the one of the other table that says the same, by name."""


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """The files of a version, with its columns and types, as a plan delivers them."""

    files: Sequence[Location]
    columns: Sequence[Column]
    types: Mapping[str, str]
    plan: Sequence[PlanColumn]

    def sql_of(self, name: str) -> str:
        """Give the delivered text of a column; empty and missing are the same, and join nothing."""
        column = next(column for column in self.columns if column.name == name)
        item = next(item for item in self.plan if item.name == name)
        return f"nullif(trim(CAST({delivered_sql(column, item)} AS VARCHAR)), '')"


@dataclass(frozen=True, kw_only=True)
class Link:
    """The columns by which rows can be joined, and how many rows lie in groups that are too small."""

    columns: tuple[str, ...]
    rows: int


@dataclass
class Linker:
    """Joins one table about people with others; its groups that are too small are counted once per set of columns."""

    connection: duckdb.DuckDBPyConnection
    people: Delivered
    wanted: int
    _known: dict[tuple[str, ...], str] = field(default_factory=dict)

    def risky(self, columns: Sequence[str]) -> bool:
        """Say whether some rows share their values of these columns with fewer than the wanted number of others."""
        return bool(self._small_groups(tuple(columns)))

    def link(self, other: Delivered, pairs: Sequence[Pair]) -> Link | None:
        """Find the rows of small groups that the other table has too, by all pairs or by some of them.

        By all, then by all but one, then by each alone, until rows are found.
        """
        if not self.risky([mine for mine, _theirs in pairs]):
            return None
        source = rows_sql(other.files, other.columns, other.types)
        for some in _subsets(pairs):
            if (table := self._small_groups(tuple(mine for mine, _theirs in some))) and (
                rows := self._joined(table, source, [other.sql_of(theirs) for _mine, theirs in some])
            ):
                return Link(columns=tuple(mine for mine, _theirs in some), rows=rows)
        return None

    def _small_groups(self, columns: tuple[str, ...]) -> str:
        """Name the table of the small groups of these columns; empty where there are none."""
        if columns not in self._known:
            table = f"small{len(self._known)}"
            values = ", ".join(f"{self.people.sql_of(name)} AS k{at}" for at, name in enumerate(columns))
            there = " AND ".join(f"k{at} IS NOT NULL" for at in range(len(columns)))
            self.connection.execute(
                f"CREATE TEMP TABLE {table} AS SELECT *, count(*) AS n FROM (SELECT {values} FROM whole) WHERE {there} "
                f"GROUP BY ALL HAVING n < {self.wanted:d}"
            )
            ((groups,),) = self.connection.execute(f"SELECT count(*) FROM {table}").fetchall()
            self._known[columns] = table if groups else ""
        return self._known[columns]

    def _joined(self, table: str, source: str, theirs: Sequence[str]) -> int:
        keys = ", ".join(f"k{at}" for at in range(len(theirs)))
        values = ", ".join(f"{sql} AS k{at}" for at, sql in enumerate(theirs))
        ((rows,),) = self.connection.execute(
            f"SELECT coalesce(sum(n), 0)::BIGINT FROM {table} SEMI JOIN (SELECT {values} FROM {source}) AS other "
            f"USING ({keys})"
        ).fetchall()
        return int(rows)


@contextmanager
def linker(people: Delivered, *, wanted: int) -> Iterator[Linker]:
    """Open a table about people for being joined with others. Raises EngineLimit when it does not fit the memory."""
    with tempfile.TemporaryDirectory(prefix="songhua-link-") as folder, workbench(Path(folder)) as connection:
        attach_buckets(connection, people.files)
        source = rows_sql(people.files, people.columns, people.types)
        connection.execute(f"CREATE TEMP VIEW whole AS SELECT * FROM {source}")
        yield Linker(connection, people, wanted)


def _subsets(pairs: Sequence[Pair]) -> Iterator[tuple[Pair, ...]]:
    seen: set[tuple[Pair, ...]] = set()
    fewer = [tuple(pair for pair in pairs if pair is not left) for left in pairs]
    for some in [tuple(pairs), *fewer, *((pair,) for pair in pairs)]:
        if some and some not in seen:
            seen.add(some)
            yield some
