"""Engines: whatever carries out a plan. Callers hold the protocol and never an engine's own types."""

from catalog.data.engines.base import Engine, PageRows, Query
from catalog.data.engines.choice import engine_for
from catalog.data.engines.duckdb import DuckDBEngine

__all__ = ["DuckDBEngine", "Engine", "PageRows", "Query", "engine_for"]
