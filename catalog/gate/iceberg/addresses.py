"""The addresses of Iceberg tables below a prefix."""

from __future__ import annotations

from django.urls import URLPattern, path

from catalog.gate.iceberg import views
from catalog.gate.iceberg.tables import Tables


def iceberg_addresses(prefix: str, tables: Tables) -> list[URLPattern]:
    """Give the patterns of the tables below `prefix`, named `iceberg_…`."""
    found: list[tuple[str, type[views.IcebergView], str]] = [
        ("current.metadata.json", views.TableMetadata, "iceberg_metadata"),
        ("<str:edition>/data/<int:number>.parquet", views.TableData, "iceberg_data"),
        ("<str:edition>/<str:part>", views.TablePart, "iceberg_part"),
    ]
    return [
        path(f"{prefix}/<str:name>/{address}", _of(tables, view).as_view(), name=name) for address, view, name in found
    ]


def _of(tables: Tables, view: type[views.IcebergView]) -> type[views.IcebergView]:
    """Make the view of one app's tables; where they ask for no key, visitors may call."""
    facts = {"tables": tables, "open_to_visitors": not tables.scope, "read_scope": tables.scope}
    return type(view.__name__, (view,), facts)
