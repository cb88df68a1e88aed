"""What a resource says at one moment, for snapshots, and two such moments compared in words."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from catalog.models import Category, Element, Item, Resource
from portal.web.bilingual import bilingual
from portal.workflow.snapshots import Change, changes_since_last, differences, snapshots_of

RESOURCE_FIELDS = (
    "title_zh", "title_en", "abstract_zh", "abstract_en", "keywords", "category", "theme", "format", "update_cycle",
    "sharing_method", "use_conditions", "source_note", "secrecy_assessment", "privacy_assessment",
    "extensions", "sharing_type", "opening_type", "grade",
)  # fmt: skip
ITEM_FIELDS = (
    "name_zh", "name_en", "type", "length", "is_key", "is_nullable", "description", "grade", "sharing_type",
    "sharing_condition", "basis_kind", "basis_document", "basis_article", "reason", "opening_type",
    "opening_condition", "mask", "privacy_role", "element_id",
)  # fmt: skip
_YES, _NO = gettext_lazy("yes"), gettext_lazy("no")


def content_of(resource: Resource, items: Iterable[Item] | None = None) -> dict[str, Any]:
    """Return what ``resource`` says now: stable field names and plain values, an item under ``item:<column>``.

    ``items`` are those of a draft where they are not the resource's own.
    """
    content = {name: _plain(getattr(resource, name)) for name in RESOURCE_FIELDS}
    content["data"] = resource.current_version.number if resource.current_version else None
    for item in resource.items.all() if items is None else items:
        content[f"item:{item.code}"] = {name: getattr(item, name) for name in ITEM_FIELDS}
    return content


def _plain(value: Any) -> Any:
    return value.name_zh if hasattr(value, "name_zh") else value


def changes(resource: Resource) -> list[Change]:
    """Return, in words, what changed between the last two submissions; empty after the first (1 query)."""
    return changes_in_words(changes_since_last(resource))


def changes_in_words(found: Iterable[Change]) -> list[Change]:
    """Put changes into the order of the form, items last, and into words."""
    order = {name: at for at, name in enumerate((*RESOURCE_FIELDS, "data"))}
    ordered = sorted(found, key=lambda change: order.get(change.field, len(order)))
    return [worded for change in ordered for worded in _worded(change)]


def _worded(change: Change) -> Iterable[Change]:
    if not change.field.startswith("item:"):
        yield Change(field_label(Resource, change.field), *_both(Resource, change.field, change))
        return
    before, after = change.before, change.after
    name = (after or before or {}).get("name_zh", "")
    if before is None or after is None:
        title = _("Data item “%(name)s”") % {"name": name}
        yield Change(title, before and _summary(before), after and _summary(after))
        return
    for field in ("code", *ITEM_FIELDS):
        if before.get(field) != after.get(field):
            pair = Change(field, before.get(field), after.get(field))
            yield Change(f"{name}: {field_label(Item, field)}", *_both(Item, field, pair))


def _summary(item: Mapping[str, Any]) -> str:
    words = [field_value(Item, name, item.get(name)) for name in ("type", "sharing_type", "opening_type", "grade")]
    return "; ".join(str(word) for word in words if word)


def field_label(model: type[Resource | Item], name: str) -> str:
    """Return the word for a field."""
    if name == "data":
        return _("Data file")
    if name == "items":
        return _("Data items")
    return capfirst(str(getattr(model._meta.get_field(name), "verbose_name", name)))


def _both(model: type[Resource | Item], name: str, change: Change) -> tuple[Any, Any]:
    return field_value(model, name, change.before), field_value(model, name, change.after)


def field_value(model: type[Resource | Item], name: str, value: Any) -> Any:
    """Return a stored value as a person reads it."""
    if name == "data" or value is None or value == "":
        return (_("version %(number)s") % {"number": value}) if name == "data" and value else value
    if name == "element_id":
        return str(Element.objects.get(pk=value))
    if isinstance(value, bool):
        return _YES if value else _NO
    if isinstance(value, Category):
        return bilingual(value, "name", chinese=(get_language() or "").startswith("zh")).text
    if isinstance(value, dict):
        return " · ".join(str(part) for part in value.values())
    if isinstance(value, list):
        return ", ".join(str(word) for word in value)
    return dict(getattr(model._meta.get_field(name), "flatchoices", ())).get(value, value)


def amended(published: Resource, items: Sequence[Item], draft: Resource, drafted: Sequence[Item]) -> list[Change]:
    """Return, in words, what a draft changes of what is published; an item whose column is renamed stays itself."""
    return changes_in_words(amended_fields(published, items, draft, drafted))


def amended_fields(
    published: Resource, items: Sequence[Item], draft: Resource, drafted: Sequence[Item]
) -> list[Change]:
    """Return field by field what a draft changes; an item stands under the column name it has in force."""
    names = {item.pk: item.code for item in items}
    return differences(_keyed(published, items, names), _keyed(draft, drafted, names))


def _keyed(resource: Resource, items: Sequence[Item], names: Mapping[int, str]) -> dict[str, Any]:
    """Return a content whose items keep their names in force, so that renamed and swapped columns are told apart."""
    rows = {
        f"item:{names.get(item.pk) or f'+{item.code}'}": {name: getattr(item, name) for name in ("code", *ITEM_FIELDS)}
        for item in items
    }
    return content_of(resource, ()) | rows


def draft_changes(resource: Resource) -> list[Change]:
    """Return, in words, what differs between the last submission and what the resource says now (2 queries)."""
    kept = snapshots_of(resource)
    if not kept:
        return []
    return changes_in_words(differences(kept[-1].content, content_of(resource)))
