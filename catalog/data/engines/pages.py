"""The statement that reads a page as JSON from a serving table, asks the proofs and writes what is told of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from catalog.data.plan import DeliveryPlan
from portal.kernel.proof import Deed

# A JSON text holds no line break of its own.
BETWEEN = ",\n"


@dataclass(frozen=True, slots=True)
class Telling:
    """What is written of a page that is read, and how many rows there are in all, where that is known before.

    Where it is not, and the page is not the last one of all either, nothing is written.
    """

    deed: Deed
    total: int | None

    def figures(self, plan: DeliveryPlan) -> list[int | str | None]:
        """Give what `telling_sql` binds between the page and the answers of the proofs."""
        limit, begun = plan.limit or 0, None if plan.after is not None else plan.offset
        return [limit, limit, begun, begun, None if self.total is None else str(self.total)]


@lru_cache(maxsize=2_000)
def page_sql(inner: str, ordered: int, proofs: tuple[str, ...]) -> str:
    """Write the statement that gives false, the answers of the proofs, and all rows of a page in one text.

    PostgreSQL aggregates in the order in which the rows of a subquery come.
    """
    return f"SELECT false, {', '.join(_selected(ordered, proofs))} FROM {_page(inner, ordered)}"


@lru_cache(maxsize=2_000)
def telling_sql(inner: str, ordered: int, proofs: tuple[str, ...], deed: str) -> str:
    """Write the same statement, which also writes a deed where the proofs hold, and says so in its first value.

    The last page of all tells how many rows there are, whatever was known before.
    """
    named = [f"p{place}" for place in range(len(proofs))] + ["found", "object"]
    named += [f"k{place}" for place in range(ordered + 1)]
    holds = " AND ".join([f"p{place} = %s" for place in range(len(proofs))]) or "true"
    total = (
        "coalesce(CASE WHEN found <= CAST(%s AS bigint) AND (found > 0 OR CAST(%s AS bigint) = 0) "
        "THEN CAST(%s AS bigint) + found END, CAST(%s AS bigint))"
    )
    return (
        f"WITH page ({', '.join(named)}) AS (SELECT {', '.join(_selected(ordered, proofs))} "
        f"FROM {_page(inner, ordered)}), "
        f"told AS (SELECT * FROM (SELECT least(found, CAST(%s AS bigint)) AS rows, {total} AS total "
        f"FROM page WHERE {holds}) AS figures WHERE total IS NOT NULL), {deed} "
        "SELECT EXISTS (SELECT FROM told), * FROM page"
    )


def _page(inner: str, ordered: int) -> str:
    return f"({inner}) AS rows_found (object, {', '.join(_keys(ordered))})"


def _keys(ordered: int) -> Sequence[str]:
    return [*(f"key{place}" for place in range(ordered)), "number"]


def _selected(ordered: int, proofs: Sequence[str]) -> list[str]:
    selected = [f"({sql})" for sql in proofs] + ["count(*)", f"string_agg(object, E'{BETWEEN[0]}\\n')"]
    return selected + [f"(array_agg({key}))[CAST(%s AS integer)]" for key in _keys(ordered)]
