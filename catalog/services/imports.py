"""Reads a catalogue file (the practised Excel template, or JSON) into what it asks for, resource by resource."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from catalog.data.errors import UnreadableFile
from catalog.data.template import TemplateRow, read_sheets
from catalog.models import Resource
from catalog.selectors.amendments import DRAFTED
from catalog.selectors.template import EXTENSION, ITEMS, RESOURCES, item_columns, read_mask, resource_columns
from catalog.services.items import ITEM_FIELDS
from portal.accounts.models import Department
from portal.audit.wording import Sentence
from portal.kernel.actors import Actor, Duty
from portal.kernel.errors import Text

MOST_RESOURCES = 5000
_SEPARATORS = re.compile(r"[,，、;；\n]+")
_FIELDS = frozenset(DRAFTED)


@dataclass(slots=True)
class Asked:
    """What a file asks of one description, and what keeps it from being taken."""

    line: int
    title: str
    code: str = ""
    provider: Department | None = None
    resource: Resource | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    items: list[dict[str, Any]] | None = None
    problems: list[Text] = field(default_factory=list)


def read_catalog_file(actor: Actor, path: Path, name: str) -> list[Asked]:
    """Return what a file asks for, in its order; nothing in it is passed over in silence.

    Raises UnreadableFile: damaged, zip_bomb, template_header, too_many_rows, file_empty.
    """
    asked = _from_json(path) if name.lower().endswith(".json") else _from_workbook(path)
    if not asked:
        raise UnreadableFile("file_empty")
    if len(asked) > MOST_RESOURCES:
        raise UnreadableFile("too_many_rows", limit=MOST_RESOURCES)
    _find(actor, asked)
    return asked


def _from_json(path: Path) -> list[Asked]:
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise UnreadableFile("damaged", format="json") from error
    rows = document.get("resources") if isinstance(document, dict) else document
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise UnreadableFile("damaged", format="json")
    return [_asked_of(row, line) for line, row in enumerate(rows, start=1)]


def _asked_of(row: Mapping[str, Any], line: int) -> Asked:
    fields = {name: value for name, value in row.items() if name in _FIELDS}
    asked = Asked(line, str(row.get("title_zh", "")), str(row.get("code") or ""), fields=fields)
    for name in row.keys() - _FIELDS - {"code", "provider", "items"}:
        asked.problems.append(Sentence(_("There is no field “%(name)s”."), name=name))
    asked.fields["_provider"] = str(row.get("provider") or "")
    items = row.get("items")
    if items is not None:
        asked.items = [dict(item) for item in items if isinstance(item, dict)] if isinstance(items, list) else None
        if asked.items is None or len(asked.items) != len(items):
            asked.problems.append(_("The data items are not a list of objects."))
        for item in asked.items or ():
            for name in item.keys() - ITEM_FIELDS:
                asked.problems.append(Sentence(_("There is no field “%(name)s”."), name=f"items.{name}"))
    return asked


def _from_workbook(path: Path) -> list[Asked]:
    sheets = read_sheets(path, {RESOURCES: resource_columns(), ITEMS: item_columns()})
    asked = [_asked_row(row) for row in sheets[RESOURCES]]
    by_name: dict[str, Asked] = {}
    for one in asked:
        for name in filter(None, (one.title, one.code)):
            by_name.setdefault(name, one)
    for row in sheets[ITEMS]:
        named = str(row.values.pop("resource", ""))
        owner = by_name.get(named)
        if owner is None:
            # Items may be handed in alone, for resources that exist: they get a line of their own.
            owner = by_name[named] = Asked(row.line, named, named if "/" in named else "")
            asked.append(owner)
        _add_item(owner, row)
    return asked


def _asked_row(row: TemplateRow) -> Asked:
    values = dict(row.values)
    extensions = {k.removeprefix(EXTENSION): values.pop(k) for k in list(values) if k.startswith(EXTENSION)}
    asked = Asked(row.line, str(values.get("title_zh", "")), str(values.pop("code", "")))
    if "keywords" in values:
        values["keywords"] = [word.strip() for word in _SEPARATORS.split(values["keywords"]) if word.strip()]
    asked.fields = values | ({"extensions": extensions} if extensions else {})
    asked.fields["_provider"] = asked.fields.pop("provider", "")
    _refuse_cells(asked, row)
    return asked


def _refuse_cells(asked: Asked, row: TemplateRow) -> None:
    for header, text in row.problems:
        message = _("Row %(row)s, %(column)s: “%(text)s” is not in the code list.")
        asked.problems.append(Sentence(message, row=row.line, column=header, text=text))


def _add_item(owner: Asked, row: TemplateRow) -> None:
    values = dict(row.values)
    _refuse_cells(owner, row)
    if method := values.pop("sharing_method", ""):
        owner.fields.setdefault("sharing_method", method)
    if code_set := values.pop("code_set", ""):
        named = f"代码集：{code_set}"
        described = str(values.get("description", ""))
        values["description"] = described if named in described else f"{described} {named}".strip()
    if values.get("opening_type") == 1 and values.get("opening_condition"):
        values["opening_type"] = 2
    if "length" in values:
        if values["length"].isdecimal() and 0 < int(values["length"][:8]) <= 1_000_000:  # noqa: PLR2004 - the form's limit
            values["length"] = int(values["length"])
        else:
            message = _("Row %(row)s, %(column)s: “%(text)s” is not a whole number.")
            owner.problems.append(Sentence(message, row=row.line, column="数据长度", text=values.pop("length")))
    if "mask" in values:
        text = str(values.pop("mask"))
        mask = read_mask(text)
        if mask is None:
            message = _("Row %(row)s, %(column)s: “%(text)s” is not in the code list.")
            owner.problems.append(Sentence(message, row=row.line, column="脱敏方式", text=text))
        else:
            values["mask"] = mask
    owner.items = [*(owner.items or []), values]


def _find(actor: Actor, asked: Sequence[Asked]) -> None:
    """Find the provider and the resource of each: by code, else by provider and name among those not retired."""
    own = list(Department.objects.filter(pk__in=actor.departments(Duty.DATA_OFFICER), is_active=True))
    by_name = {
        name: department for department in own for name in (department.uscc, department.name_zh, department.slug)
    }
    known = Resource.objects.filter(provider__in=own).exclude(state="retired").select_related("provider")
    by_code = {resource.code: resource for resource in known.filter(code__in={one.code for one in asked if one.code})}
    titles = {one.title for one in asked}
    by_title: dict[tuple[int, str], list[Resource]] = {}
    for resource in known.filter(title_zh__in=titles):
        by_title.setdefault((resource.provider_id, resource.title_zh), []).append(resource)
    seen: set[int] = set()
    for one in asked:
        _place(one, own, by_name, by_code, by_title)
        if one.resource is not None and one.resource.pk in seen:
            one.problems.append(_("The file names this resource twice."))
        seen |= {one.resource.pk} if one.resource else set()


def _place(
    one: Asked,
    own: Sequence[Department],
    by_name: Mapping[str, Department],
    by_code: Mapping[str, Resource],
    by_title: Mapping[tuple[int, str], Sequence[Resource]],
) -> None:
    named = str(one.fields.pop("_provider", ""))
    one.provider = by_name.get(named) if named else (own[0] if len(own) == 1 else None)
    if one.code:
        one.resource = by_code.get(one.code)
        if one.resource is None:
            one.problems.append(_("You have no resource of this code. Codes are given by the catalog: leave it empty."))
            return
        one.provider = one.provider if named else one.resource.provider
        if one.provider != one.resource.provider:
            one.problems.append(_("The resource of this code belongs to another provider."))
        return
    if one.provider is None:
        one.problems.append(Sentence(_("“%(name)s” is none of your departments."), name=named or "–"))
        return
    found = by_title.get((one.provider.pk, one.title), ())
    if len(found) > 1:
        one.problems.append(_("Several resources have this name: give the code."))
    elif found:
        one.resource = found[0]
    elif not one.fields:
        one.problems.append(_("There is no resource of this name to which the data items would belong."))
