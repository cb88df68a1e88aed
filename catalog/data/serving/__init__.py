"""Serving tables in PostgreSQL, built from Parquet: whole ones, and indexes of what is too large for a table."""

from catalog.data.serving.building import SCHEMA, build_table, drop_table, table_names
from catalog.data.serving.design import Built, Contents, Design, columns_to_index, columns_to_order, columns_to_search

__all__ = [
    "SCHEMA",
    "Built",
    "Contents",
    "Design",
    "build_table",
    "columns_to_index",
    "columns_to_order",
    "columns_to_search",
    "drop_table",
    "table_names",
]
