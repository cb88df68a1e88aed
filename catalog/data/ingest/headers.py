"""Which cell of the header is which declared column: by name, by Chinese title or by id."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from catalog.data.errors import UnreadableFile
from catalog.data.formats.layout import folded
from catalog.data.schema import Column


@dataclass(frozen=True)
class HeaderMap:
    """Position in the file of each declared column, and what did not match on either side."""

    positions: dict[str, int]
    missing: tuple[str, ...]
    unknown: tuple[str, ...]


def known_names(columns: Sequence[Column]) -> dict[str, str]:
    """Give the folded names by which a header is recognized, each with the id of its column."""
    known: dict[str, str] = {}
    for key in ("id", "title", "name"):
        known.update({folded(getattr(column, key)): column.id for column in columns if getattr(column, key)})
    return known


def map_header(header: Sequence[str], columns: Sequence[Column]) -> HeaderMap:
    """Match a header to the declared columns.

    Raises UnreadableFile: header_missing when nothing matches, header_duplicate when two cells are one column.
    """
    exact: dict[str, Column] = {}
    for key in ("id", "title", "name"):
        exact.update({getattr(column, key): column for column in columns if getattr(column, key)})
    by_id = {column.id: column for column in columns}
    known = {name: by_id[column_id] for name, column_id in known_names(columns).items()}
    positions: dict[str, int] = {}
    unknown = []
    for position, name in enumerate(header):
        column = exact.get(name) or known.get(folded(name))
        if column is None:
            unknown += [name] if name else []
        elif column.id in positions:
            raise UnreadableFile("header_duplicate", line=1, name=name)
        else:
            positions[column.id] = position
    if not positions:
        raise UnreadableFile("header_missing", found=", ".join(header[:10])[:300])
    missing = tuple(column.name for column in columns if column.id not in positions)
    return HeaderMap(positions, missing, tuple(unknown))
