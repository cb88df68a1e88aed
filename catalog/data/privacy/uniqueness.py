"""Which few columns together single out rows: the share of rows that stand alone, for up to three columns.

All rows with the same value of one column are drawn together, so that every group of columns with that one in it is
whole among them: who stands alone there stands alone in the table. A count of drawn *rows* could not say that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, islice
from math import prod

import duckdb

from catalog.data.privacy.anonymity import Planned
from catalog.data.privacy.delivered import HIDING, delivered_sql

SHARE = 0.05
"""From this share of single rows on, a group of columns is reported."""
MOST_COLUMNS, WIDEST = 16, 3
"""Groups of several are made of the columns with the most different values, at most so many of so many."""
DRAWN_ROWS, EXACT_ROWS = 5_000, 20_000
_MOST_SHOWN, _AT_ONCE, _LEAST_VALUES = 10, 100, 8


@dataclass(frozen=True, kw_only=True)
class Alone:
    """Columns by name, and the share of rows that no other row equals in them."""

    columns: tuple[str, ...]
    share: float


@dataclass(frozen=True, kw_only=True)
class Uniqueness:
    """The smallest groups of columns that single rows out, fewest columns and largest share first.

    `found` counts all such groups, `groups` shows the first of them; with `is_estimate` shares come from groups
    drawn by the hash of a column.
    """

    groups: tuple[Alone, ...] = ()
    found: int = 0
    is_estimate: bool = False


@dataclass(frozen=True)
class _Seen:
    at: int
    name: str
    sql: str
    values: int


def uniqueness(
    connection: duckdb.DuckDBPyConnection, planned: Planned, *, rows: int, distinct: Mapping[str, int]
) -> Uniqueness:
    """Look at the view `whole` as a plan delivers it; `distinct` holds what is known of unmasked columns, by name."""
    columns = _by_values(connection, planned, distinct)
    if not columns or not rows:
        return Uniqueness()
    one_in = max(1, rows // DRAWN_ROWS) if rows > EXACT_ROWS else 1
    least = max(1.0, SHARE * rows)
    leads = [column for at, column in enumerate(columns) if _most_groups(columns[at : at + WIDEST]) >= least]
    if not leads:
        return Uniqueness()
    rates = {lead.at: max(1, min(one_in, lead.values // _LEAST_VALUES)) for lead in leads}
    _draw(connection, columns, rates)
    groups = _alone(connection, [(column,) for column in leads if column.values >= least], rates)
    known = {group.columns[0] for group in groups}
    rest = [column for column in columns if column.name not in known][:MOST_COLUMNS]
    for size in range(2, WIDEST + 1):
        told = [set(group.columns) for group in groups]
        asked = [some for some in combinations(rest, size) if _may_single_out(some, least, told)]
        groups += _alone(connection, asked, rates)
    connection.execute("DROP TABLE drawn")
    groups.sort(key=lambda group: (len(group.columns), -group.share))
    return Uniqueness(groups=tuple(groups[:_MOST_SHOWN]), found=len(groups), is_estimate=one_in > 1)


def _by_values(connection: duckdb.DuckDBPyConnection, planned: Planned, distinct: Mapping[str, int]) -> list[_Seen]:
    """Give the delivered columns, most different values first; those not known are estimated in one reading."""
    seen = [(column, item) for column, item in planned if item.op not in HIDING]
    sql = {item.name: delivered_sql(column, item) for column, item in seen}
    known = {item.name: distinct[item.name] for _column, item in seen if item.op == "pass" and item.name in distinct}
    if asked := [name for name in sql if name not in known]:
        parts = ", ".join(f"approx_count_distinct({sql[name]})" for name in asked)
        known |= zip(asked, connection.execute(f"SELECT {parts} FROM whole").fetchall()[0], strict=True)
    listed = [_Seen(at, name, sql[name], known[name]) for at, name in enumerate(sql)]
    return sorted(listed, key=lambda column: (-column.values, column.at))


def _most_groups(columns: Sequence[_Seen]) -> int:
    return prod(column.values + 1 for column in columns)


def _may_single_out(columns: Sequence[_Seen], least: float, told: Sequence[set[str]]) -> bool:
    """Say whether a group can hold enough single rows and is not one that was told, with more columns."""
    names = {column.name for column in columns}
    return _most_groups(columns) >= least and not any(smaller <= names for smaller in told)


def _draw(connection: duckdb.DuckDBPyConnection, columns: Sequence[_Seen], rates: Mapping[int, int]) -> None:
    """Keep, as hashes, the rows that each leading column draws: one of so many of its values, with all their rows."""
    hashes = ", ".join(f"hash({column.sql}) AS h{column.at}" for column in columns)
    some = " OR ".join(f"h{at} % {rate} = 0" for at, rate in rates.items())
    connection.execute(f"CREATE OR REPLACE TEMP TABLE drawn AS SELECT * FROM (SELECT {hashes} FROM whole) WHERE {some}")


def _alone(
    connection: duckdb.DuckDBPyConnection, asked: Sequence[tuple[_Seen, ...]], rates: Mapping[int, int]
) -> list[Alone]:
    """Count the single rows of each group among the rows drawn by its first column, which has the most values."""
    counted = []
    for batch in _batches(asked):
        parts = (_counted(at, columns, rates[columns[0].at]) for at, columns in enumerate(batch))
        for at, single, rows in connection.execute(" UNION ALL ".join(parts)).fetchall():
            if single and single >= SHARE * rows:
                counted.append(Alone(columns=tuple(column.name for column in batch[at]), share=single / rows))
    return counted


def _counted(at: int, columns: Sequence[_Seen], rate: int) -> str:
    keys = ", ".join(f"h{column.at}" for column in columns)
    groups = f"SELECT count(*) AS n FROM drawn WHERE h{columns[0].at} % {rate} = 0 GROUP BY {keys}"
    return f"SELECT {at}, count(*) FILTER (n = 1), sum(n)::BIGINT FROM ({groups})"


def _batches(asked: Sequence[tuple[_Seen, ...]]) -> Iterator[list[tuple[_Seen, ...]]]:
    waiting = iter(asked)
    while batch := list(islice(waiting, _AT_ONCE)):
        yield batch
