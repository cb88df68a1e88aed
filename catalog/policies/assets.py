"""Who may see and keep the asset side of a resource: its sheet, plans, costs and origins."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models import Resource
from catalog.policies.resources import decide as decide_resource
from portal.kernel.actors import Actor, Duty
from portal.kernel.decisions import ALLOW, Decision, deny

_ACCOUNTANTS = frozenset({Duty.DATA_OFFICER, Duty.OFFICE_HEAD, Duty.COORDINATOR})
_RETIRED = deny("retired", _("This resource is retired; its asset sheet is closed."))


def decide_asset(actor: Actor, action: str, obj: Resource) -> Decision:
    """Decide ``view`` (whoever sees the resource), ``view_costs`` (its keepers) or ``edit`` (its data officers)."""
    if action in {"view", "view_costs"}:
        return decide_resource(actor, "view" if action == "view" else "history", obj)
    if not (decision := decide_resource(actor, "history", obj)):
        return decision
    if not actor.holds(Duty.DATA_OFFICER, obj.provider_id):
        return deny("no_duty", _("Only a data officer of the provider keeps the asset sheet."))
    return _RETIRED if obj.state == "retired" else ALLOW


def decide_register(actor: Actor) -> Decision:
    """Decide whether ``actor`` may read the register of assets: data offices and data authorities."""
    if actor.is_system or actor.duties & _ACCOUNTANTS:
        return ALLOW
    return deny("no_duty", _("The register of assets is for data offices and data authorities."))


def kept_assets(actor: Actor) -> Q:
    """Return the resources whose assets ``actor`` accounts for: her departments' and those of her regions."""
    if actor.is_system:
        return Q()
    if not actor.is_official:
        return Q(pk__in=[])
    return Q(provider_id__in=actor.departments()) | Q(provider__region_id__in=actor.coordinated_regions)
