"""Grants as Iceberg tables, by the grant's number: the files that Delta Sharing prepares, under the same right."""

from catalog.gate import Delivery, release
from catalog.gate.iceberg import iceberg_addresses
from portal.kernel.actors import Actor
from sharing import selectors, services


class GrantTables:
    """Every grant whose rows the caller may have now; only files made for her leave."""

    scope = "sharing:read"
    gives_originals = False

    def delivery(self, actor: Actor, name: str) -> Delivery:
        """Release the rows of a grant."""
        return release(actor, services.warrant_for(selectors.fetch_grant(actor, name)))


urlpatterns = iceberg_addresses("sharing/iceberg", GrantTables())
