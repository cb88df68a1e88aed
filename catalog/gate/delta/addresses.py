"""The addresses of the protocol below a prefix."""

from __future__ import annotations

from django.urls import URLPattern, path

from catalog.gate.delta import views
from catalog.gate.delta.provider import Provider

_TABLE = "shares/<str:share>/schemas/<str:schema>/tables/<str:name>"


def delta_addresses(prefix: str, provider: Provider) -> list[URLPattern]:
    """Give the patterns of a provider's tables below `prefix`, named `delta_…`."""
    found: list[tuple[str, type[views.DeltaView], str]] = [
        ("shares", views.Shares, "delta_shares"),
        ("shares/<str:share>", views.Share, "delta_share"),
        ("shares/<str:share>/schemas", views.Schemas, "delta_schemas"),
        ("shares/<str:share>/all-tables", views.AllTables, "delta_all_tables"),
        ("shares/<str:share>/schemas/<str:schema>/tables", views.Tables, "delta_tables"),
        (f"{_TABLE}/version", views.TableVersion, "delta_version"),
        (f"{_TABLE}/metadata", views.TableMetadata, "delta_metadata"),
        (f"{_TABLE}/query", views.TableQuery, "delta_query"),
        (f"{_TABLE}/changes", views.TableChanges, "delta_changes"),
        ("files/<str:link>", views.TableFile, "delta_file"),
    ]
    return [path(f"{prefix}/{address}", _of(provider, view).as_view(), name=name) for address, view, name in found]


def _of(provider: Provider, view: type[views.DeltaView]) -> type[views.DeltaView]:
    """Make the view of one provider; where it asks for no key, visitors may call."""
    scope = provider.scope
    facts = {"provider": provider, "open_to_visitors": not scope, "read_scope": scope, "write_scope": scope}
    return type(view.__name__, (view,), facts)
