"""Who names the source department of a data element: the coordinators of the region's data authority."""

from django.utils.translation import gettext_lazy as _

from catalog.policies.resources import nobody
from portal.kernel.actors import Actor
from portal.kernel.decisions import ALLOW, Decision, deny


def decide_source(actor: Actor, action: str, region_code: str) -> Decision:
    """Decide ``view`` (every official) or ``name`` and ``end`` in a region (Order 809 art 19)."""
    if (refusal := nobody(actor)) is not None:  # a refusal is false by itself
        return refusal
    if action == "view" or (actor.coordinated_regions and actor.coordinates(region_code)):
        return ALLOW
    return deny("no_duty", _("Sources are named by the coordinators of the region's data authority."))
