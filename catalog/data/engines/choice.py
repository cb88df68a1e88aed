"""Which engine an installation uses, read from QUERY_ENGINE."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from catalog.data.duck import Limits
from catalog.data.engines.base import Engine
from catalog.data.engines.duckdb import DuckDBEngine
from catalog.data.engines.spark import SparkEngine


def engine_for(address: str) -> Engine:
    """Make the engine of an address.

    `duckdb:?memory=1GB&threads=2&seconds=60`; `spark://host:15002?seconds=60&scratch=/shared/tmp` for a Spark Connect
    server; `spark:local[2]` for a session of Spark within this process. Raises ValueError for any other scheme.
    """
    parts = urlsplit(address)
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    if parts.scheme == "duckdb":
        return _duckdb(options)
    if parts.scheme == "spark":
        place = f"sc://{parts.netloc}" if parts.netloc else parts.path
        return SparkEngine(place, seconds=float(options.get("seconds", "60")), scratch=options.get("scratch"))
    message = f"QUERY_ENGINE must begin with duckdb: or spark:, not {parts.scheme or 'nothing'}."
    raise ValueError(message)


def _duckdb(options: Mapping[str, str]) -> Engine:
    return DuckDBEngine(
        Limits(
            memory=options.get("memory", "512MB"),
            threads=int(options.get("threads", "1")),
            seconds=float(options.get("seconds", "30")),
        )
    )
