"""What a serving table is made of, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catalog.data.engines.ready import ready_name
from catalog.data.plan import PlanColumn
from catalog.data.schema import Column
from catalog.data.store import Location


@dataclass(frozen=True, kw_only=True)
class Design:
    """What a table holds: the columns of its version, and what is made quick to find.

    `indexed` are ids of columns found by value and in rising order, `falling` in falling order, what is missing last in
    both; `searched` of texts found by a part of them; `is_searched` says that words are looked for in every text.
    `ready` are columns with masks whose rows are kept ready as JSON. `is_index` says that the table holds nothing but
    what finds rows: those columns, and the file that each row lies in.
    """

    columns: tuple[Column, ...]
    indexed: tuple[str, ...] = ()
    falling: tuple[str, ...] = ()
    searched: tuple[str, ...] = ()
    is_searched: bool = False
    is_index: bool = False
    ready: tuple[tuple[PlanColumn, ...], ...] = ()

    @property
    def held(self) -> tuple[Column, ...]:
        """The columns that the table has."""
        if not self.is_index:
            return self.columns
        return tuple(column for column in self.columns if column.id in {*self.indexed, *self.falling, *self.searched})

    @property
    def ready_names(self) -> list[str]:
        """The columns that hold rows ready as JSON."""
        return [ready_name(delivered) for delivered in self.ready]


@dataclass(frozen=True, kw_only=True)
class Contents:
    """Where the rows are: the files of the version in order, the physical types, and how many rows there must be."""

    files: tuple[Location, ...]
    types: Mapping[str, str]
    rows: int


@dataclass(frozen=True, kw_only=True)
class Built:
    """What was made: bytes with indexes, the ids of the columns that have an index by value, in falling order and by
    part, and of the plain ones (`catalog.data.engines.alike`).
    """

    bytes: int
    indexed: tuple[str, ...]
    falling: tuple[str, ...]
    searched: tuple[str, ...]
    plain: tuple[str, ...]


def columns_to_index(columns: Sequence[Column], chosen: Sequence[str]) -> tuple[str, ...]:
    """Give the ids of the keys and of what was chosen, as far as the version has them, in its order."""
    return tuple(column.id for column in columns if column.primary_key or column.id in chosen)


def columns_to_order(columns: Sequence[Column], chosen: Sequence[str]) -> tuple[str, ...]:
    """Give the chosen ids that the version has, in its order."""
    return tuple(column.id for column in columns if column.id in chosen)


def columns_to_search(columns: Sequence[Column], chosen: Sequence[str]) -> tuple[str, ...]:
    """Give the ids of the chosen columns that are texts, as far as the version has them, in its order."""
    return tuple(column.id for column in columns if column.type.is_text and column.id in chosen)
