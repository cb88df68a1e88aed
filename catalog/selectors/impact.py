"""What a change of a resource would touch, shown before it is made, and who is told once it is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalog.models import Resource
from catalog.selectors.amendments import Work
from catalog.selectors.contents import amended_fields
from catalog.selectors.dependents import Dependent, dependents_of
from catalog.selectors.lineage import dependent_json
from portal.accounts.models import Department
from portal.kernel.errors import Invalid, Text
from portal.workflow.snapshots import Change

#: Changes of the whole resource, and what each does to what hangs on it.
WHOLE: Mapping[str, Text] = {
    "suspend": _("Gives nothing until the resource is resumed."),
    "retire": _("Gives nothing any more, for good."),
}
#: What a change of one item does to those who use it, the gravest first.
EFFECTS: Mapping[str, Text] = {
    "removed": _("The item is gone: its column is empty in new versions."),
    "closed": _("The item may no longer leave this way."),
    "retyped": _("The type of the item changes; programs that read it must be adapted."),
    "masked": _("The values of the item are masked differently."),
    "regraded": _("The grade of the item changes."),
    "renamed": _("The item has another name; programs that read it by name must be adapted."),
}
_ORDER = list(EFFECTS)
_PREFIX = "item:"
#: The changes in words, for forms.
KINDS: Mapping[str, Text] = {
    "suspend": pgettext_lazy("change of an item", "Resource suspended"),
    "retire": pgettext_lazy("change of an item", "Resource retired"),
    "removed": pgettext_lazy("change of an item", "Removed"),
    "closed": pgettext_lazy("change of an item", "Sharing or opening narrowed"),
    "retyped": pgettext_lazy("change of an item", "Type changed"),
    "masked": pgettext_lazy("change of an item", "Mask changed"),
    "regraded": pgettext_lazy("change of an item", "Grade changed"),
    "renamed": pgettext_lazy("change of an item", "Renamed"),
}


@dataclass(frozen=True, slots=True)
class Hit:
    """One dependent that a change touches: by which items (column names; none: as a whole), and what it means."""

    dependent: Dependent
    columns: tuple[str, ...]
    effect: Text


@dataclass(frozen=True, slots=True)
class Impact:
    """All that a change touches. What is over is left out."""

    hits: list[Hit]

    @property
    def departments(self) -> list[Department]:
        """The departments concerned, each once, by name."""
        found = {hit.dependent.department.pk: hit.dependent.department for hit in self.hits if hit.dependent.department}
        return sorted(found.values(), key=lambda department: department.name_zh)

    @property
    def is_public(self) -> bool:
        """Whether the public is concerned."""
        return any(hit.dependent.department is None for hit in self.hits)

    def to_json(self) -> dict[str, Any]:
        """Give what the API answers."""
        return {
            "departments": [department.name_zh for department in self.departments],
            "public": self.is_public,
            "hits": [
                dependent_json(hit.dependent) | {"touched": list(hit.columns), "effect": str(hit.effect)}
                for hit in self.hits
            ],
        }


def impact_of_whole(resource: Resource, change: str) -> Impact:
    """Return what ``change`` (a key of ``WHOLE``) of the resource touches."""
    return Impact([Hit(one, (), WHOLE[change]) for one in dependents_of(resource) if one.stands])


def impact_of_items(resource: Resource, touched: Mapping[str, str]) -> Impact:
    """Return what changes of items touch; ``touched`` maps a column name to a key of ``EFFECTS``."""
    hits = []
    for one in dependents_of(resource):
        used = tuple(name for name in touched if not one.columns or one.columns.get(name, "drop") != "drop")
        if one.stands and used:
            gravest = min((touched[name] for name in used), key=_ORDER.index)
            hits.append(Hit(one, used, EFFECTS[gravest]))
    return Impact(hits)


def impact_of_amendment(work: Work, resource: Resource) -> Impact | None:
    """Return what publishing the amendment in hand would touch; None where there is none, or it touches no item."""
    if work.amendment is None:
        return None
    fields = amended_fields(resource, list(resource.items.all()), work.resource, work.items)
    touched = touched_items(fields)
    return impact_of_items(resource, touched) if touched else None


def asked(resource: Resource, change: str, columns: Sequence[str]) -> Impact:
    """Answer a reader's question: ``change`` is a key of ``WHOLE``, or one of ``EFFECTS`` with the columns it touches.

    Without columns it touches all items. Raises ``Invalid`` naming ``change`` or ``item``.
    """
    if change in WHOLE:
        return impact_of_whole(resource, change)
    if change not in EFFECTS:
        raise Invalid(fields={"change": [_("There is no such change.")]})
    known = [item.code for item in resource.items.all()]
    if unknown := [name for name in columns if name not in known]:
        raise Invalid(fields={"item": [_("There is no data item “%(name)s”.") % {"name": unknown[0]}]})
    return impact_of_items(resource, dict.fromkeys(columns or known, change))


def touched_items(changes: Iterable[Change]) -> dict[str, str]:
    """Read from the differences of two descriptions which items change so that users notice (key of ``EFFECTS``).

    A new item, a meaning or a condition written better touches nobody.
    """
    found = {}
    for change in changes:
        if change.field.startswith(_PREFIX) and change.before is not None:
            effect = _effect(change.before, change.after)
            if effect:
                found[change.field.removeprefix(_PREFIX)] = effect
    return found


def _effect(before: Mapping[str, Any], after: Mapping[str, Any] | None) -> str:
    if after is None:
        return "removed"
    if any(after.get(name, 0) > before.get(name, 0) for name in ("sharing_type", "opening_type")):
        return "closed"
    for effect, names in (("retyped", ("type", "length")), ("masked", ("mask",)), ("regraded", ("grade",))):
        if any(before.get(name) != after.get(name) for name in names if name in before):
            return effect
    return "renamed" if before.get("code", "") != after.get("code", "") else ""
