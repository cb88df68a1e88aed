"""Delta Sharing: tables that other programs load whole, handed out as files already masked for their reader.

The protocol is that of the Delta Sharing project (version 1, response format parquet). An app that gives rights to
rows offers its tables through a `Provider`; the addresses are made by `delta_addresses`.
"""

from catalog.gate.delta.addresses import delta_addresses
from catalog.gate.delta.profile import PROFILE_NAME, first_lines, profile_file
from catalog.gate.delta.provider import Provider, Table

__all__ = ["PROFILE_NAME", "Provider", "Table", "delta_addresses", "first_lines", "profile_file"]
