"""How well people hide in a table: k-anonymity and l-diversity of declared quasi-identifiers, in the engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from catalog.data.duck import identifier


@dataclass(frozen=True, kw_only=True)
class Anonymity:
    """The smallest group of equal quasi-identifiers (k), rows in groups below the wanted k, and l by column id.

    `k` is 0 for a table without rows. `diversity` is the smallest number of different values of a sensitive column
    within a group; a missing value counts as one value.
    """

    k: int
    groups: int
    rows_at_risk: int
    diversity: Mapping[str, int]

    def to_json(self) -> dict[str, Any]:
        """Give the JSON that a report keeps."""
        return {
            "k": self.k,
            "groups": self.groups,
            "rows_at_risk": self.rows_at_risk,
            "diversity": dict(self.diversity),
        }


def anonymity(
    connection: duckdb.DuckDBPyConnection,
    quasi: Sequence[str],
    sensitive: Sequence[str],
    *,
    wanted: int,
    source: str = "whole",
) -> Anonymity:
    """Measure the view `source`: `quasi` are SQL expressions as they are delivered, `sensitive` column ids."""
    keys = ", ".join(f"{expression} AS q{at}" for at, expression in enumerate(quasi))
    names = ", ".join(f"q{at}" for at in range(len(quasi)))
    values = "".join(f", {identifier(name)} AS s{at}" for at, name in enumerate(sensitive))
    counted = "".join(
        f", count(DISTINCT s{at}) + max((s{at} IS NULL)::INTEGER) AS d{at}" for at in range(len(sensitive))
    )
    least = "".join(f", min(d{at})" for at in range(len(sensitive)))
    k, groups, risk, *diversity = connection.execute(
        f"SELECT coalesce(min(n), 0), count(*), coalesce(sum(n) FILTER (n < ?), 0)::BIGINT{least} FROM "
        f"(SELECT count(*) AS n{counted} FROM (SELECT {keys}{values} FROM {source}) GROUP BY {names})",
        [wanted],
    ).fetchall()[0]
    found = {name: int(value or 0) for name, value in zip(sensitive, diversity, strict=True)}
    return Anonymity(k=int(k), groups=int(groups), rows_at_risk=int(risk), diversity=found)
