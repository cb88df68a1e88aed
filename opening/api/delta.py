"""Open editions as tables of Delta Sharing: share `open`, schema = the first provider, table = the edition's name."""

from catalog.gate import Delivery, release
from catalog.gate.delta import Table, delta_addresses
from opening import selectors, services
from portal.kernel.actors import VISITOR, Actor
from portal.kernel.errors import NotFound


class EditionTables:
    """Every open edition; no key is needed, and nobody is recorded."""

    share = "open"
    scope = ""

    def tables(self, actor: Actor) -> list[Table]:
        """List the open editions that have data."""
        found = selectors.open_editions().filter(resource__current_version__isnull=False)
        names = found.order_by("schema_name", "name").values_list("schema_name", "name")
        return [Table(schema, name) for schema, name in names]

    def delivery(self, actor: Actor, table: Table) -> Delivery:
        """Release the rows of an edition, as to any visitor."""
        publication = selectors.edition_at(selectors.editions(VISITOR), name=table.name)
        if publication.schema_name != table.schema:
            raise NotFound
        return release(VISITOR, services.warrant_for(publication, counts="download"))

    def note_listing(self, actor: Actor, number: int) -> None:
        """Record nothing: the public is not watched."""


urlpatterns = delta_addresses("opening/delta", EditionTables())
