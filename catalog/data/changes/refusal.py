"""Rows of a change that do not fit the data they would change, gathered as an ingest gathers refused cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from catalog.data.duck import literal
from catalog.data.ingest.rejects import SAMPLES
from catalog.data.ingest.report import RejectCount, RejectSample
from catalog.data.schema import Column


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """Refused rows: `path` lists all of them (line, col, value, code), `samples` the first."""

    path: Path
    rows: int
    counts: tuple[RejectCount, ...]
    samples: tuple[RejectSample, ...]


def gather(connection: duckdb.DuckDBPyConnection, queries: Sequence[str], target: Path) -> Refusal | None:
    """Write what the queries find (line, col, value, code) to `target`; give None when they find nothing."""
    union = " UNION ALL ".join(queries)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE refused AS SELECT * FROM ({union})")
    rows = int(connection.execute("SELECT count(DISTINCT line) FROM refused").fetchall()[0][0])
    if not rows:
        return None
    connection.execute(f"COPY (SELECT * FROM refused ORDER BY line) TO {literal(str(target))} (FORMAT parquet)")
    counts = connection.execute("SELECT col, code, count(*) FROM refused GROUP BY ALL ORDER BY 3 DESC, 1, 2").fetchall()
    samples = connection.execute(
        "SELECT line, col, value, code FROM refused ORDER BY line LIMIT ?", [SAMPLES]
    ).fetchall()
    return Refusal(
        path=target,
        rows=rows,
        counts=tuple(RejectCount(*count) for count in counts),
        samples=tuple(RejectSample(*sample) for sample in samples),
    )


def key_names(keys: Sequence[Column]) -> str:
    """Give how a report names a key of several columns, as SQL."""
    return literal(", ".join(key.name for key in keys))
