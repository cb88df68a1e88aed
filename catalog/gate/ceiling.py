"""What no warrant lifts: the grade and attributes of the items, and the state of the resource and the version."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from catalog.data.plan import DeliveryPlan
from catalog.gate.warrant import Warrant, WarrantKind
from catalog.models import Item, Resource, Version
from catalog.policies import stands_in_catalog
from portal.kernel.actors import Actor
from portal.kernel.classification import Grade, OpeningType, SharingType, may_open, may_share
from portal.kernel.decisions import ALLOW, Decision, deny
from portal.kernel.errors import Gone, NotAllowed

_HIDING = frozenset({"drop", "null"})
_SERVED = ("name", "ready", "plain", "is_index", "indexed", "falling", "searched")


def check_state(warrant: Warrant) -> Version:
    """Raise Gone or NotAllowed unless rows of the warrant's version may leave now (1 query).

    Gives the version as it is now, with its serving table. A preview by the owner's people is possible in every
    state but retirement.
    """
    version = (
        Version.objects.select_related("resource", "serving")
        .only("deleted_at", "resource__state", "resource__published_at", *(f"serving__{name}" for name in _SERVED))
        .get(pk=warrant.version.pk)
    )
    if version.deleted_at is not None:
        raise Gone(_("The data of this version was deleted."), code="version_deleted")
    resource = version.resource
    if resource.state == "retired":
        raise Gone(_("This resource is retired; nothing is delivered from it any more."), code="resource_retired")
    if warrant.kind is WarrantKind.PREVIEW or stands_in_catalog(resource):
        return version
    if resource.state == "suspended":
        raise NotAllowed(_("This resource is suspended; nothing is delivered from it."), code="resource_suspended")
    raise NotAllowed(_("This resource is not published."), code="resource_not_published")


def items_by_id(warrant: Warrant) -> dict[str, Item]:
    """Read the items of the warrant's resource as they are now, by column id (1 query).

    An item may have been renamed since: what a column is, its id says.
    """
    return {item.column_id: item for item in Item.objects.filter(resource_id=warrant.version.resource_id)}


def decide_ceiling(actor: Actor, warrant: Warrant, items: Mapping[str, Item], plan: DeliveryPlan) -> Decision:
    """Decide by the items of the columns whose values leave or are compared.

    An item that the catalogue no longer declares counts with the strictest of the resource.
    """
    resource = warrant.version.resource
    ids = {column["name"]: column["id"] for column in warrant.version.columns}
    for column in (*plan.delivered, *plan.hidden):
        if column.op in _HIDING:
            continue
        item = items.get(ids[column.name])
        subject: Item | Resource = resource if item is None else item
        decision = _decide_item(actor, warrant.kind, subject, column.name)
        if not decision:
            return decision
    return ALLOW


def _decide_item(actor: Actor, kind: WarrantKind, subject: Item | Resource, name: str) -> Decision:
    grade, sharing, opening = subject.grade, subject.sharing_type, subject.opening_type
    too_high = deny(
        "grade_ceiling", _("The grade of “%(column)s” is above what may leave this way.") % {"column": name}
    )
    if kind is WarrantKind.PREVIEW:
        allowed = grade <= Grade.GENERAL_4 and grade <= max(actor.clearance, Grade.GENERAL_1)
        return ALLOW if allowed else too_high
    if kind is WarrantKind.GRANT:
        if sharing == SharingType.NOT_SHARED:
            return deny("item_not_shared", _("“%(column)s” may not be shared.") % {"column": name})
        return ALLOW if may_share(grade, sharing) else too_high
    fits = opening == OpeningType.UNCONDITIONAL if kind is WarrantKind.EDITION else opening != OpeningType.NOT_OPEN
    if not fits:
        return deny("item_not_open", _("“%(column)s” may not be opened this way.") % {"column": name})
    return ALLOW if may_open(grade, opening) else too_high
