"""Brings the description to what the data really has, as a draft that goes the usual way."""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from catalog.models import Resource
from catalog.selectors.amendments import work_of
from catalog.selectors.reality import difference_of
from catalog.services.amendments import amend
from catalog.services.resources import set_items
from portal.audit.wording import Wording
from portal.kernel.actors import Actor
from portal.kernel.errors import Invalid

_OTHER = Wording(gettext_noop("The data has other columns than the description."))


@transaction.atomic
def propose_reality(actor: Actor, *, resource: Resource, add: Collection[str], retire: Collection[str]) -> Resource:
    """Add columns that nobody declared as items, and take out items (by column name) that the data lacks, in a draft.

    Opens an amendment where the resource is published and none is open. Only differences that stand are taken.
    Raises ``Invalid`` when nothing is left to do, ``NotAllowed``.
    """
    found = difference_of(resource)
    new = [name for name in found.undeclared if name in add]
    gone = {item.code for item in found.missing if item.code in retire}
    if not new and not gone:
        raise Invalid(_("Nothing was chosen that still differs."), code="nothing_chosen")
    if resource.state in {"published", "suspended"} and resource.amendment is None:
        resource = amend(actor, resource=resource, reason=_OTHER)
    items = work_of(resource).items
    known = {name for item in items for name in (item.name_zh, item.code)}
    rows: list[dict[str, Any]] = [
        {"code": item.code, "name_zh": item.name_zh} for item in items if item.code not in gone
    ]
    rows += [_row(name) for name in new if name not in known]
    set_items(actor, resource=resource, items=rows)
    return resource


def _row(name: str) -> dict[str, Any]:
    """Return a new item: shared conditionally and not open until somebody decides otherwise (the defaults)."""
    is_column = name.isascii() and name.isidentifier()
    return {"name_zh": name, **({"code": name} if is_column else {})}
