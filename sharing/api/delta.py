"""Grants as tables of Delta Sharing: share `grants`, schema = the provider at its making, table = its number."""

from catalog.gate import Delivery, release
from catalog.gate.delta import Table, delta_addresses
from portal.audit.record import record
from portal.kernel.actors import Actor
from portal.kernel.errors import NotFound
from sharing import policies, selectors, services


class GrantTables:
    """Every grant whose rows the caller may have now."""

    share = "grants"
    scope = "sharing:read"

    def tables(self, actor: Actor) -> list[Table]:
        """List the running grants of the caller's departments."""
        found = selectors.grants(actor, state="active", side="held").order_by("number")
        return [Table(grant.schema_name, grant.number) for grant in found if policies.decide(actor, "use", grant)]

    def delivery(self, actor: Actor, table: Table) -> Delivery:
        """Release the rows of a grant."""
        grant = selectors.fetch_grant(actor, table.name)
        if grant.schema_name != table.schema:
            raise NotFound
        return release(actor, services.warrant_for(grant))

    def note_listing(self, actor: Actor, number: int) -> None:
        """Record who looked for what there is (Order 809 art 29 asks for the whole process of use)."""
        record(actor, action="sharing.delta_list", details={"tables": number})


urlpatterns = delta_addresses("sharing/delta", GrantTables())
