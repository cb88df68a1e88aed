"""Open editions as Iceberg tables, by the edition's name; no key is needed."""

from catalog.gate import Delivery, release
from catalog.gate.iceberg import iceberg_addresses
from opening import selectors, services
from portal.kernel.actors import VISITOR, Actor


class EditionTables:
    """Every open edition; nobody is recorded."""

    scope = ""
    gives_originals = True

    def delivery(self, actor: Actor, name: str) -> Delivery:
        """Release the rows of an edition, as to any visitor."""
        publication = selectors.edition_at(selectors.editions(VISITOR), name=name)
        return release(VISITOR, services.warrant_for(publication, counts="download"))


urlpatterns = iceberg_addresses("opening/iceberg", EditionTables())
