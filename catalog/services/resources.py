"""Writes on a resource's description: register, edit, set its data items. Drafts may have gaps."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

from catalog.data.errors import DataError
from catalog.data.masking import delivered_type
from catalog.data.plan import PlanColumn
from catalog.data.schema import Column, ItemType
from catalog.messages import message
from catalog.models import Category, Item, Resource
from catalog.policies import decide, decide_create
from catalog.selectors.words import latin_name
from catalog.services.bindings import follow_element
from catalog.services.codes import next_code
from catalog.services.indexing import reindex
from portal.accounts.models import Department
from portal.audit.record import record
from portal.kernel.actors import Actor
from portal.kernel.classification import Grade, OpeningType, SharingType, strictest
from portal.kernel.errors import Invalid, NotAllowed, NotFound, Text

EDITABLE = frozenset({
    "title_zh", "title_en", "abstract_zh", "abstract_en", "keywords", "category", "theme", "format", "update_cycle",
    "sharing_method", "use_conditions", "source_note", "secrecy_assessment", "privacy_assessment", "related",
})  # fmt: skip
ITEM_FIELDS = frozenset({
    "name_zh", "name_en", "code", "type", "length", "is_key", "is_nullable", "description", "sharing_type",
    "sharing_condition", "opening_type", "opening_condition", "grade", "basis_kind", "basis_document",
    "basis_article", "reason", "mask",
})  # fmt: skip
MOST_ITEMS = 500
MOST_KEYWORDS = 20
_COLUMN = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")


@transaction.atomic
def create_resource(actor: Actor, *, provider: Department, title_zh: str, **fields: Any) -> Resource:
    """Register a draft of ``provider`` and give it its code for good.

    ``fields`` are those of ``EDITABLE``. Writes an audit entry ``catalog.create``.
    Raises ``NotAllowed`` when the actor is no data officer of the provider, ``Invalid`` for a field.
    """
    if not (decision := decide_create(actor, provider.pk)):
        raise NotAllowed(decision.reason, code=decision.code)
    related = fields.pop("related", None)
    values = _clean({"title_zh": title_zh, **fields})
    resource = Resource(code="", provider=provider, created_by_id=_person(actor), **values)
    _check_choices(resource)
    resource.code = next_code(resource.category)
    resource.save(force_insert=True)
    if related is not None:
        resource.related.set(related)
    reindex(resource)
    record(actor, action="catalog.create", obj=resource, details={"code": resource.code})
    return resource


@transaction.atomic
def edit_resource(actor: Actor, *, resource: Resource, **fields: Any) -> Resource:
    """Change the description of a draft, returned or amended resource; only what differs is written.

    Locks the row. Writes an audit entry ``catalog.edit`` with the names of the fields.
    Raises ``NotAllowed``, ``Invalid`` for a field, ``NotFound`` when it is gone.
    """
    locked = _locked(actor, resource)
    related = fields.pop("related", None)
    values = _clean(fields)
    changed = [name for name, value in values.items() if getattr(locked, name) != value]
    for name in changed:
        setattr(locked, name, values[name])
    _check_choices(locked)
    if changed:
        locked.save(update_fields=[*changed, "updated_at"])
    if related is not None and {r.pk for r in related} != set(locked.related.values_list("pk", flat=True)):
        locked.related.set(related)
        changed.append("related")
    if changed:
        reindex(locked)
        record(actor, action="catalog.edit", obj=locked, details={"fields": sorted(changed)})
    return locked


@transaction.atomic
def set_items(actor: Actor, *, resource: Resource, items: Sequence[Mapping[str, Any]]) -> list[Item]:
    """Make the data items of a resource those given, in that order; an item with the same ``code`` is kept.

    ``items`` hold fields of ``ITEM_FIELDS``; a missing ``code`` is made from the English name or from pinyin;
    ``former_code`` renames an item and keeps all else that is known of it.
    The resource takes the strictest sharing and opening attribute and the highest grade of its items.
    Locks the resource. Writes an audit entry ``catalog.set_items``.
    Raises ``NotAllowed``, ``Invalid`` with keys such as ``items.3.code`` (counted from 0).
    """
    locked = _locked(actor, resource)
    present = {item.code: item for item in locked.items.select_related("element")}
    wanted = _items(locked, items, present)
    kept = {item.pk for item in wanted}
    gone = [item for item in present.values() if item.pk not in kept]
    _drop(gone)
    _give_columns(locked, wanted)
    _save(wanted)
    _take_strictest(locked, wanted)
    reindex(locked)
    record(
        actor,
        action="catalog.set_items",
        obj=locked,
        details={"items": len(wanted), "removed": sorted(set(present) - {item.code for item in wanted})},
    )
    return wanted


def _person(actor: Actor) -> int:
    if actor.user_id is None:
        raise NotAllowed(_("Only a person may do this."), code="no_person")
    return actor.user_id


def _locked(actor: Actor, resource: Resource) -> Resource:
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
    return locked


def _clean(fields: Mapping[str, Any]) -> dict[str, Any]:
    if unknown := set(fields) - EDITABLE:
        raise Invalid(fields={name: [_("A resource or data item has no such field.")] for name in sorted(unknown)})
    values = {name: value.strip() if isinstance(value, str) else value for name, value in fields.items()}
    problems: dict[str, list[Text]] = {}
    if "title_zh" in values and not values["title_zh"]:
        problems["title_zh"] = [_("A resource needs at least a name in Chinese.")]
    if "keywords" in values:
        values["keywords"] = list(dict.fromkeys(str(word).strip() for word in values["keywords"] if str(word).strip()))
        if len(values["keywords"]) > MOST_KEYWORDS:
            problems["keywords"] = [_("At most 20 keywords.")]
    if problems:
        raise Invalid(fields=problems)
    return values


def _choices(model: type[Resource | Item], name: str) -> dict[Any, Text]:
    return dict(getattr(model._meta.get_field(name), "flatchoices", ()))


def _check_choices(resource: Resource) -> None:
    """Refuse values outside the code lists and texts longer than their column."""
    problems: dict[str, list[Text]] = {}
    for name in ("title_zh", "title_en"):
        if len(getattr(resource, name)) > 200:  # noqa: PLR2004 - the column's length
            problems[name] = [_("At most 200 characters.")]
    for name in ("format", "sharing_method", "update_cycle"):
        choices = _choices(Resource, name)
        value = getattr(resource, name)
        if value is not None and value not in choices:
            problems[name] = [_("This is not in the code list.")]
    if isinstance(resource.theme, Category) and resource.theme.kind != 2:  # noqa: PLR2004 - kind of themes
        problems["theme"] = [_("This class is not a theme.")]
    if problems:
        raise Invalid(fields=problems)


def _items(resource: Resource, rows: Sequence[Mapping[str, Any]], present: Mapping[str, Item]) -> list[Item]:
    if len(rows) > MOST_ITEMS:
        raise Invalid(fields={"items": [_("At most 500 data items.")]})
    problems: dict[str, list[Text]] = {}
    wanted: list[Item] = []
    taken: set[str] = set()
    for at, row in enumerate(rows):
        values = {name: value.strip() if isinstance(value, str) else value for name, value in row.items()}
        unknown = set(values) - ITEM_FIELDS - {"former_code"}
        problems.update({f"items.{at}.{name}": [_("A resource or data item has no such field.")] for name in unknown})
        code = values.get("code") or _column_name(values, taken)
        item = present.get(str(values.get("former_code") or code)) or Item(resource=resource)
        for name, text in _item_problems({"type": item.type, **values}, code, taken).items():
            problems.setdefault(f"items.{at}.{name}", []).append(text)
        taken.add(code.lower())
        for name in ITEM_FIELDS & set(values):
            setattr(item, name, values[name])
        item.code, item.position = code, at + 1
        follow_element(item)
        wanted.append(item)
    if problems:
        raise Invalid(fields=problems)
    return wanted


def _item_problems(values: Mapping[str, Any], code: str, taken: set[str]) -> dict[str, Text]:
    problems: dict[str, Text] = {}
    if not values.get("name_zh"):
        problems["name_zh"] = _("A data item needs a name in Chinese.")
    if not _COLUMN.fullmatch(code):
        problems["code"] = _("A column name begins with a letter and has letters, digits and _ only, at most 63.")
    elif code.lower() in taken:
        problems["code"] = _("This column name stands twice.")
    for name in ("type", "sharing_type", "opening_type", "grade", "basis_kind"):
        if values.get(name) is not None and values[name] not in _choices(Item, name):
            problems[name] = _("This is not in the code list.")
    if mask := values.get("mask"):
        problems.update(_mask_problem(mask, code, str(values["type"])))
    for name, most in (("name_zh", 100), ("name_en", 100), ("basis_document", 200), ("basis_article", 50)):
        if len(values.get(name) or "") > most:
            problems[name] = _("This is too long.")
    return problems


def _mask_problem(mask: Any, code: str, kind: str) -> dict[str, Text]:
    """Return what is wrong with a mask ``{"op": …, parameters}`` for a column of this type."""
    try:
        params = dict(mask)
        column = PlanColumn(code, str(params.pop("op", "pass")), params)
        delivered_type(Column(id=code, name=code, type=ItemType(kind)), column.op)
    except DataError as error:
        return {"mask": message(error.code, error.params)}
    except (TypeError, ValueError):
        return {"mask": _("This is not a mask.")}
    return {}


def _column_name(values: Mapping[str, Any], taken: set[str]) -> str:
    """Make a free column name from the English name, or from the pinyin of the Chinese one."""
    stem = latin_name(str(values.get("name_en") or "")) or latin_name(str(values.get("name_zh") or "")) or "item"
    stem = (stem if stem[0].isalpha() else f"c_{stem}")[:56]
    name, number = stem, 2
    while name.lower() in taken:
        name, number = f"{stem}_{number}", number + 1
    return name


def _give_columns(resource: Resource, items: Sequence[Item]) -> None:
    """Give new items the next column ids; what was given once is never given again, not even after a removal."""
    new = [item for item in items if not item.column_id]
    for item in new:
        resource.column_count += 1
        item.column_id = f"c{resource.column_count}"
    if new:
        resource.save(update_fields=["column_count"])


def _save(items: Sequence[Item]) -> None:
    """Write items whose column names may have been swapped: the unique key must not meet halfway."""
    for at, item in enumerate(items):
        if item.pk and Item.objects.filter(resource=item.resource, code=item.code).exclude(pk=item.pk).exists():
            Item.objects.filter(resource=item.resource, code=item.code).update(code=f"__moved_{at}")
    for item in items:
        item.save()


def _drop(gone: Sequence[Item]) -> None:
    try:
        for item in gone:
            item.delete()
    except ProtectedError as error:
        raise Invalid(
            _("A data item that was shared or opened cannot be removed; set it to “not shared” instead."),
            fields={"items": [_("“%(name)s” is in use.") % {"name": item.name_zh}]},
        ) from error


def _take_strictest(resource: Resource, items: Sequence[Item]) -> None:
    if not items:
        return
    resource.sharing_type = strictest((i.sharing_type for i in items), SharingType.CONDITIONAL)
    resource.opening_type = strictest((i.opening_type for i in items), OpeningType.NOT_OPEN)
    resource.grade = strictest((i.grade for i in items), Grade.GENERAL_2)
    resource.save(update_fields=["sharing_type", "opening_type", "grade", "updated_at"])
