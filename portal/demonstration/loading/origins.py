"""Declares what the derived tables are made from, as ``portal.demonstration.derive`` makes them."""

from catalog.models import Derivation, Resource
from catalog.services.assets import declare_origin
from portal.demonstration.loading import Tell
from portal.demonstration.loading.cast import Cast
from portal.demonstration.records import records
from portal.kernel.actors import Duty


def load_origins(cast: Cast, resources: dict[str, Resource], tell: Tell) -> None:
    """Declare those origins that are not declared yet, each by the data officer of the derived table's department."""
    providers = {row["slug"]: row["department"] for row in records("resources")}
    known = set(Derivation.objects.values_list("target_id", "source_id"))
    for row in records("origins"):
        made, source = resources[row["made"]], resources[row["from"]]
        if (made.pk, source.pk) not in known:
            officer = cast.holder(Duty.DATA_OFFICER, providers[row["made"]])
            declare_origin(officer, resource=made, source_code=source.code, kind=row["kind"])
    tell("origins of derived tables")
