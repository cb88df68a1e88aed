"""Which engine an installation uses, read from QUERY_ENGINE."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from catalog.data.duck import Limits
from catalog.data.engines.base import Engine
from catalog.data.engines.duckdb import DuckDBEngine


def engine_for(address: str) -> Engine:
    """Make the engine of an address such as `duckdb:?memory=1GB&threads=2&seconds=60`.

    Raises ValueError for a scheme that no engine here answers to.
    """
    parts = urlsplit(address)
    if parts.scheme != "duckdb":
        message = f"QUERY_ENGINE must begin with duckdb:, not {parts.scheme or 'nothing'}."
        raise ValueError(message)
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    return DuckDBEngine(
        Limits(
            memory=options.get("memory", "512MB"),
            threads=int(options.get("threads", "1")),
            seconds=float(options.get("seconds", "30")),
        )
    )
