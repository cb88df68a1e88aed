"""Binds data items to data elements: their type, length, codes and checks then follow the element."""

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from catalog import signals
from catalog.models import DeclinedElement, Element, Item, Resource
from catalog.policies import decide
from catalog.selectors.amendments import Work, items_to_json, work_of
from catalog.services.indexing import reindex
from catalog.services.items import follow_element
from portal.audit.record import record
from portal.kernel.actors import Actor
from portal.kernel.errors import Invalid, NotAllowed, NotFound


def _person(actor: Actor) -> int:
    if actor.user_id is None:
        raise NotAllowed(_("Only a person may do this."), code="no_person")
    return actor.user_id


def _editable(actor: Actor, resource: Resource) -> tuple[Work, dict[str, Item]]:
    locked = (
        Resource.objects.select_for_update(of=("self",))
        .select_related("provider", "category", "theme", "amendment")
        .filter(pk=resource.pk)
        .first()
    )
    if locked is None:
        raise NotFound(_("This no longer exists."))
    if not (decision := decide(actor, "edit", locked)):
        raise NotAllowed(decision.reason, code=decision.code)
    work = work_of(locked)
    return work, {item.code: item for item in work.items}


@transaction.atomic
def bind_items(actor: Actor, *, resource: Resource, bindings: Mapping[str, Element | None]) -> list[Item]:
    """Bind items (by column name) to elements in force, or free them with None; type and length follow.

    Locks the resource. Writes an audit entry ``catalog.bind``. Returns the items that changed.
    Raises ``NotAllowed``, ``Invalid`` for an unknown item or an element that is not in force.
    """
    work, items = _editable(actor, resource)
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
        changed.append(item)
    if changed:
        _save(work, changed)
        details = {item.code: _named(item) for item in changed}
        record(actor, action="catalog.bind", obj=work.resource, details={"items": details})
    return changed


def _save(work: Work, changed: Iterable[Item]) -> None:
    """Write the bindings into the open amendment where there is one, else on the items themselves."""
    if work.amendment is not None:
        work.amendment.items = items_to_json(work.items)
        work.amendment.save(update_fields=["items", "updated_at"])
        return
    for item in changed:
        item.save(update_fields=["element", "type", "length"])
    reindex(work.resource)
    signals.items_bound.send(sender=Resource, resource=work.resource)


def _named(item: Item) -> str:
    return f"{item.element.identifier}/{item.element.version}" if item.element else ""


@transaction.atomic
def decline_elements(actor: Actor, *, resource: Resource, declined: Iterable[tuple[str, Element]]) -> int:
    """Keep that suggestions (column name, element) were declined, so that they are not made again; returns how many."""
    work, items = _editable(actor, resource)
    wanted = [
        DeclinedElement(item=items[code], element=element, created_by_id=_person(actor))
        for code, element in declined
        if code in items and items[code].pk
    ]
    made = DeclinedElement.objects.bulk_create(wanted, ignore_conflicts=True)
    if made:
        details = {"items": sorted({row.item.code for row in made})}
        record(actor, action="catalog.decline_element", obj=work.resource, details=details)
    return len(made)
