"""The values of a line: as a description takes them, put into the items in hand, and a description's own to compare."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from catalog.models import Batch, Category
from catalog.selectors.amendments import Work, content_to_json, items_to_json
from catalog.services.items import ITEM_FIELDS
from portal.audit.wording import worded
from portal.kernel.errors import Invalid

_CLASSES = ("category", "theme")


def named(batch: Batch) -> dict[str, Any]:
    """Return what the reasons of a batch say of it."""
    return {"number": batch.pk, "name": worded(batch.name, batch.wording)}


def class_fields(wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields with their classes found by code. Raises ``Invalid`` for a code that is in no list."""
    fields = dict(wanted)
    for name in _CLASSES:
        if fields.get(name) is not None and name in fields:
            found = Category.objects.filter(code=fields[name]).first()
            if found is None:
                raise Invalid(fields={name: [_("This is not in the code list.")]})
            fields[name] = found
    return fields


def merged_items(work: Work, wanted: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]] | None:
    """Return the items in hand with those wanted put in, found by column name or by name; None when nothing differs."""
    rows = [{"code": item.code, "name_zh": item.name_zh} for item in work.items]
    present = {item.code: item for item in work.items}
    by_code = {row["code"]: row for row in rows}
    by_name = {row["name_zh"]: row for row in rows}
    differs = False
    for values in wanted:
        code = values.get("code")
        row = by_code.get(code) if code else by_name.get(str(values.get("name_zh")))
        if row is None:
            rows.append(dict(values))
            differs = True
            continue
        item = present[row["code"]]
        new = {name: value for name, value in values.items() if name in ITEM_FIELDS and getattr(item, name) != value}
        row |= {name: value for name, value in new.items() if name != "code"}
        differs = differs or bool(new)
    return rows if differs else None


def state_of(work: Work) -> dict[str, Any]:
    """Return the description in hand, so that it can be compared and put back."""
    return {"content": content_to_json(work.resource, work.related), "items": items_to_json(work.items)}
