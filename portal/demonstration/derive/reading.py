"""Reads the committed tables that the others are derived from, and cuts parts out of them."""

import csv
from collections.abc import Iterable

from portal.demonstration.records import FILES

Table = tuple[tuple[str, ...], Iterable[tuple[object, ...]]]


def read_rows(name: str) -> list[dict[str, str]]:
    """Read one of the committed CSV files as a list of rows."""
    with (FILES / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def division_names() -> dict[str, str]:
    """Give the names of divisions by their codes."""
    return {row["code"]: row["name_zh"] for row in read_rows("jilin_divisions.csv")}


def part_of(name: str, column: str, value: str) -> Table:
    """Give the rows of a committed table that have this value in that column."""
    rows = read_rows(name)
    return tuple(rows[0]), [tuple(row.values()) for row in rows if row[column] == value]
