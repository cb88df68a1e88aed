"""Sets the rules that officers wrote for their data, and opens the ticket that the data authority asks by."""

from catalog.data.quality import Rule
from catalog.models import QualityTicket, Resource
from catalog.selectors.columns import item_columns
from catalog.services.quality import move_ticket, open_ticket, set_rule
from portal.demonstration.loading import Tell
from portal.demonstration.loading.cast import Cast
from portal.demonstration.loading.wording import both
from portal.demonstration.records import records
from portal.kernel.actors import Actor, Duty


def set_rules(officer: Actor, resource: Resource, slug: str) -> None:
    """Set the own rules of a resource before its data comes, so that one check answers them with all the others."""
    for row in records("rules"):
        if row["resource"] == slug:
            ids = {column.name: column.id for column in item_columns(resource)}
            asked = {"kind": row["kind"], "columns": [ids[row["column"]]], "params": row["params"]}
            set_rule(officer, resource=resource, rule=Rule.from_json(asked))


def load_tickets(cast: Cast, resources: dict[str, Resource], tell: Tell) -> None:
    """Open those tickets that are not there yet, by the coordinator; the data officer accepts them."""
    providers = {row["slug"]: row["department"] for row in records("resources")}
    for row in records("tickets"):
        resource, provider = resources[row["resource"]], providers[row["resource"]]
        if not QualityTicket.objects.filter(resource=resource).exists():
            ticket = open_ticket(cast.coordinator(provider), resource=resource, note=both(row, "note"))
            move_ticket(cast.holder(Duty.DATA_OFFICER, provider), ticket=ticket, verb="accept")
    tell(f"{len(records('tickets'))} tickets to put data right")
