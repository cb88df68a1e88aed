"""The warrant under which the owner's own staff look at rows of a resource."""

from catalog import policies
from catalog.data.plan import whole_plan
from catalog.data.schema import columns_from_json
from catalog.gate import Warrant, WarrantKind
from catalog.models import Resource
from portal.kernel.actors import Actor
from portal.kernel.decisions import Decision
from portal.kernel.errors import NotFound


def preview_warrant(resource: Resource) -> Warrant:
    """Return the right to see every row of the current version, unmasked, for those whom the policy lets.

    Raises ``NotFound`` when there is no data yet.
    """
    version = resource.current_version
    if version is None:
        raise NotFound
    version.resource = resource

    def decide(actor: Actor) -> Decision:
        fresh = Resource.objects.select_related("provider").get(pk=resource.pk)
        return policies.decide(actor, "preview_rows", fresh)

    return Warrant(
        kind=WarrantKind.PREVIEW,
        number=resource.code,
        version=version,
        plan=whole_plan(columns_from_json(version.columns)),
        decide=decide,
        recorded=False,
    )
