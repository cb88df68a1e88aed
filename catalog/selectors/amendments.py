"""What is in hand of a resource: itself while it was never published, later the amendment beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from catalog.models import Amendment, Category, Element, Item, Resource
from catalog.selectors.contents import amended
from portal.accounts.models import User
from portal.kernel.classification import Grade, OpeningType, SharingType, strictest
from portal.kernel.errors import Text
from portal.workflow.snapshots import Change

#: Fields of the description that a draft holds; classes stand in it by their code.
DRAFTED = (
    "title_zh", "title_en", "abstract_zh", "abstract_en", "keywords", "category", "theme", "format", "update_cycle",
    "sharing_method", "use_conditions", "source_note", "secrecy_assessment", "privacy_assessment", "extensions",
)  # fmt: skip
_CLASSES = ("category", "theme")
DRAFTED_ITEM = (
    "name_zh", "name_en", "code", "type", "length", "is_key", "is_nullable", "description", "sharing_type",
    "sharing_condition", "opening_type", "opening_condition", "grade", "basis_kind", "basis_document",
    "basis_article", "reason", "mask", "privacy_role",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Work:
    """A description in hand. With an amendment, ``resource`` and ``items`` are copies that must not be saved."""

    resource: Resource
    items: list[Item]
    related: list[int]
    amendment: Amendment | None

    @property
    def state(self) -> str:
        return self.amendment.state if self.amendment else self.resource.state

    @property
    def state_label(self) -> Text:
        return (self.amendment or self.resource).get_state_display()

    @property
    def submitted_at(self) -> datetime | None:
        return (self.amendment or self.resource).submitted_at

    @property
    def submitted_by(self) -> User | None:
        return (self.amendment or self.resource).submitted_by


def work_of(resource: Resource) -> Work:
    """Return what is in hand of ``resource`` (classes and related rows of an amendment: at most 1 query)."""
    if resource.amendment is None:
        related = [other.pk for other in resource.related.all()] if resource.pk else []
        items = resource.items.select_related("element").order_by("position", "id") if resource.pk else []
        return Work(resource, list(items), related, None)
    return drafted(resource, resource.amendment)


def drafted(resource: Resource, amendment: Amendment) -> Work:
    """Return what ``resource`` will say when ``amendment`` is published."""
    content = amendment.content
    draft = copy(resource)
    for name in DRAFTED:
        if name not in _CLASSES and name in content:
            setattr(draft, name, content[name])
    codes = {content.get(name) for name in _CLASSES} - {None}
    found = {category.code: category for category in Category.objects.filter(code__in=codes)} if codes else {}
    for name in _CLASSES:
        setattr(draft, name, found.get(content.get(name)))
    items = _items(resource, amendment.items)
    take_strictest(draft, items)
    return Work(draft, items, list(content.get("related", [])), amendment)


def take_strictest(resource: Resource, items: Sequence[Item]) -> None:
    """Set the attributes of a resource to the strictest of its items; nothing is saved."""
    if items:
        resource.sharing_type = strictest((i.sharing_type for i in items), SharingType.CONDITIONAL)
        resource.opening_type = strictest((i.opening_type for i in items), OpeningType.NOT_OPEN)
        resource.grade = strictest((i.grade for i in items), Grade.GENERAL_2)


def _items(resource: Resource, rows: Sequence[Mapping[str, Any]]) -> list[Item]:
    """Return the items of a draft; one that goes on from a published item keeps its key and its column."""
    published = {item.pk: item for item in resource.items.all()}
    elements = Element.objects.in_bulk({row["element"] for row in rows if row.get("element")})
    items = []
    for at, row in enumerate(rows):
        item = copy(published[row["item"]]) if row.get("item") in published else Item(resource=resource)
        for name in DRAFTED_ITEM:
            setattr(item, name, row.get(name, getattr(item, name)))
        item.element = elements.get(row.get("element") or 0)
        item.position = at + 1
        items.append(item)
    return items


def content_to_json(resource: Resource, related: Sequence[int]) -> dict[str, Any]:
    """Return a description as an amendment keeps it."""
    content: dict[str, Any] = {name: getattr(resource, name) for name in DRAFTED if name not in _CLASSES}
    return content | {"category": resource.category_id, "theme": resource.theme_id, "related": sorted(related)}


def items_to_json(items: Sequence[Item]) -> list[dict[str, Any]]:
    """Return data items as an amendment keeps them; ``item`` is the key of the published one, or None."""
    return [
        {"item": item.pk, "element": item.element_id, **{name: getattr(item, name) for name in DRAFTED_ITEM}}
        for item in items
    ]


def amendment_changes(resource: Resource, work: Work) -> list[Change]:
    """Return, in words, what a draft changes of what is published."""
    return amended(resource, list(resource.items.all()), work.resource, work.items)
