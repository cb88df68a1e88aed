"""Binds data items to data elements: their type, length, codes and checks then follow the element."""

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from catalog.models import DeclinedElement, Element, Item, Resource
from catalog.policies import decide
from catalog.services.indexing import reindex
from portal.audit.record import record
from portal.kernel.actors import Actor
from portal.kernel.errors import Invalid, NotAllowed, NotFound


def _person(actor: Actor) -> int:
    if actor.user_id is None:
        raise NotAllowed(_("Only a person may do this."), code="no_person")
    return actor.user_id


def _editable(actor: Actor, resource: Resource) -> tuple[Resource, dict[str, Item]]:
    locked = (
        Resource.objects.select_for_update(of=("self",))
        .select_related("provider", "category", "theme")
        .filter(pk=resource.pk)
        .first()
    )
    if locked is None:
        raise NotFound(_("This no longer exists."))
    if not (decision := decide(actor, "edit", locked)):
        raise NotAllowed(decision.reason, code=decision.code)
    return locked, {item.code: item for item in locked.items.select_related("element")}


@transaction.atomic
def bind_items(actor: Actor, *, resource: Resource, bindings: Mapping[str, Element | None]) -> list[Item]:
    """Bind items (by column name) to elements in force, or free them with None; type and length follow.

    Locks the resource. Writes an audit entry ``catalog.bind``. Returns the items that changed.
    Raises ``NotAllowed``, ``Invalid`` for an unknown item or an element that is not in force.
    """
    locked, items = _editable(actor, resource)
    changed: list[Item] = []
    for code, element in bindings.items():
        item = items.get(code)
        if item is None:
            raise Invalid(fields={code: [_("There is no such data item.")]})
        if element is not None and element.state != "in_force":
            raise Invalid(fields={code: [_("Only a data element in force can be chosen.")]})
        if item.element_id == (element.pk if element else None):
            continue
        item.element = element
        follow_element(item)
        item.save(update_fields=["element", "type", "length"])
        changed.append(item)
    if changed:
        details = {item.code: _named(item) for item in changed}
        record(actor, action="catalog.bind", obj=locked, details={"items": details})
        reindex(locked)
    return changed


def _named(item: Item) -> str:
    return f"{item.element.identifier}/{item.element.version}" if item.element else ""


def follow_element(item: Item) -> None:
    """Give an item the type and, where the element states one, the length of its element."""
    if item.element is not None:
        item.type = item.element.type
        item.length = item.element.length if item.element.length is not None else item.length


@transaction.atomic
def decline_elements(actor: Actor, *, resource: Resource, declined: Iterable[tuple[str, Element]]) -> int:
    """Keep that suggestions (column name, element) were declined, so that they are not made again; returns how many."""
    locked, items = _editable(actor, resource)
    wanted = [
        DeclinedElement(item=items[code], element=element, created_by_id=_person(actor))
        for code, element in declined
        if code in items
    ]
    made = DeclinedElement.objects.bulk_create(wanted, ignore_conflicts=True)
    if made:
        details = {"items": sorted({row.item.code for row in made})}
        record(actor, action="catalog.decline_element", obj=locked, details=details)
    return len(made)
