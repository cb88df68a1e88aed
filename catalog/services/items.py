"""Reads and writes the data items of a description: their shape, their column names, their rows."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import ProtectedError
from django.db.models.deletion import Collector
from django.utils.translation import gettext_lazy as _

from catalog.data.errors import DataError
from catalog.data.masking import delivered_type
from catalog.data.plan import PlanColumn
from catalog.data.schema import Column, ItemType
from catalog.messages import worded_message
from catalog.models import Item, Resource
from catalog.selectors.amendments import take_strictest
from catalog.selectors.dependents import dependents_of
from catalog.selectors.words import latin_name
from portal.audit.wording import Sentence
from portal.kernel.errors import Invalid, Text

ITEM_FIELDS = frozenset({
    "name_zh", "name_en", "code", "type", "length", "is_key", "is_nullable", "description", "sharing_type",
    "sharing_condition", "opening_type", "opening_condition", "grade", "basis_kind", "basis_document",
    "basis_article", "reason", "mask", "privacy_role",
})  # fmt: skip
MOST_ITEMS = 500
_COLUMN = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")


def read_items(resource: Resource, rows: Sequence[Mapping[str, Any]], present: Mapping[str, Item]) -> list[Item]:
    """Return unsaved items as ``rows`` say, those of ``present`` (by column name) changed and kept.

    Raises ``Invalid`` with keys such as ``items.3.code`` (counted from 0).
    """
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


def follow_element(item: Item) -> None:
    """Give an item the type and, where the element states one, the length of its element."""
    if item.element is not None:
        item.type = item.element.type
        item.length = item.element.length if item.element.length is not None else item.length


def write_items(resource: Resource, wanted: Sequence[Item]) -> None:
    """Make the items of ``resource`` those of ``read_items``, and its attributes the strictest of theirs.

    Raises ``Invalid`` when an item that falls away is in use.
    """
    kept = {item.pk for item in wanted}
    gone = [item for item in Item.objects.filter(resource=resource) if item.pk not in kept]
    ensure_free(gone)
    for item in gone:
        item.delete()
    _give_columns(resource, wanted)
    _save(wanted)
    if wanted:
        take_strictest(resource, wanted)
        resource.save(update_fields=["sharing_type", "opening_type", "grade", "updated_at"])


def ensure_free(gone: Sequence[Item]) -> None:
    """Raise ``Invalid`` for an item that was shared or opened and cannot fall away; nothing is deleted.

    What the public reads does not change behind its back: an item of an edition that is or was open goes only once
    the edition gives it no more.
    """
    if gone:
        _ensure_not_open(gone)
    for item in gone:
        try:
            Collector(using=DEFAULT_DB_ALIAS).collect([item])
        except ProtectedError as error:
            raise Invalid(
                _("A data item that was shared or opened cannot be removed; set it to “not shared” instead."),
                fields={"items": [Sentence(_("“%(name)s” is in use."), name=item.name_zh)]},
            ) from error


def _ensure_not_open(gone: Sequence[Item]) -> None:
    for one in dependents_of(gone[0].resource):
        is_open = one.department is None and one.stands and one.since is not None
        for item in gone if is_open else ():
            if one.columns.get(item.code, "drop") != "drop":
                source = _("“%(name)s” is in the open edition “%(edition)s”. Take it out there first.")
                text = Sentence(source, name=item.name_zh, edition=one.label)
                raise Invalid(text, fields={"items": [text]})


def choices_of(model: type[Resource | Item], name: str) -> dict[Any, Text]:
    """Return the code list of a field."""
    return dict(getattr(model._meta.get_field(name), "flatchoices", ()))


def _item_problems(values: Mapping[str, Any], code: str, taken: set[str]) -> dict[str, Text]:
    problems: dict[str, Text] = {}
    if not values.get("name_zh"):
        problems["name_zh"] = _("A data item needs a name in Chinese.")
    if not _COLUMN.fullmatch(code):
        problems["code"] = _("A column name begins with a letter and has letters, digits and _ only, at most 63.")
    elif code.lower() in taken:
        problems["code"] = _("This column name stands twice.")
    for name in ("type", "sharing_type", "opening_type", "grade", "basis_kind", "privacy_role"):
        if values.get(name) not in (None, "") and values[name] not in choices_of(Item, name):
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
        return {"mask": worded_message(error.code, error.params).sentence}
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
