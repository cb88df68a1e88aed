"""The warrant by which a provider's own people look at what they uploaded."""

from __future__ import annotations

from catalog import policies
from catalog.data.plan import whole_plan
from catalog.data.schema import columns_from_json
from catalog.gate.warrant import Warrant, WarrantKind
from catalog.models import Resource, Version
from portal.kernel.actors import Actor
from portal.kernel.decisions import Decision


def preview_warrant(version: Version) -> Warrant:
    """Give the warrant for the table of a version on the working side: whole, unmasked, for the owner's staff."""

    def decide(actor: Actor) -> Decision:
        resource = Resource.objects.select_related("provider").get(pk=version.resource_id)
        return policies.decide(actor, "preview_rows", resource)

    return Warrant(
        kind=WarrantKind.PREVIEW,
        number=version.resource.code,
        version=version,
        plan=whole_plan(columns_from_json(version.columns)),
        decide=decide,
        recorded=False,
    )
