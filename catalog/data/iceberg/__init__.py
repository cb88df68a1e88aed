"""Iceberg: metadata by which other engines read files that lie there already, as one table."""

from catalog.data.iceberg.table import IcebergFile, IcebergTable

__all__ = ["IcebergFile", "IcebergTable"]
