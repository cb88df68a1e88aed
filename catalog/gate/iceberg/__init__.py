"""Iceberg: tables that other engines read by address, as metadata over files that lie there already.

An app that gives rights to rows offers its tables through a `Tables`; the addresses are made by `iceberg_addresses`.
"""

from catalog.gate.iceberg.addresses import iceberg_addresses
from catalog.gate.iceberg.lines import iceberg_lines
from catalog.gate.iceberg.tables import Tables

__all__ = ["Tables", "iceberg_addresses", "iceberg_lines"]
