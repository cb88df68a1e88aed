"""Takes over what a finding proposes for a data item: its grade and its mask."""

from django.utils.translation import gettext_lazy as _

from catalog.models import Item, Resource
from catalog.selectors.amendments import work_of
from catalog.selectors.profiles import profile_lines, proposal
from catalog.services.resources import set_items
from portal.kernel.actors import Actor
from portal.kernel.errors import Conflict, NotFound


def apply_finding(actor: Actor, *, resource: Resource, column: str) -> Item:
    """Give the item of a column of the current version the grade and mask its finding proposes.

    Goes into the draft or the open amendment, as every change of a description; writes ``catalog.set_items``.
    Raises ``NotAllowed``, ``NotFound`` without such a column or item, ``Conflict`` when nothing is proposed.
    """
    version, items = resource.current_version, work_of(resource).items
    lines = profile_lines(version, items) if version is not None else []
    line = next((line for line in lines if line.name == column), None)
    if line is None or line.item is None:
        raise NotFound(_("There is no such data item."))
    changed = proposal(line.finding, line.item)
    if not changed:
        raise Conflict(_("Nothing is proposed for this item."), code="nothing_proposed")
    rows = [{"code": item.code, "name_zh": item.name_zh, **(changed if item is line.item else {})} for item in items]
    found = set_items(actor, resource=resource, items=rows)
    return next(item for item in found if item.code == line.item.code)
