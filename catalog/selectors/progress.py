"""How far a registration is: its sections, its items' attributes, its answers to check."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Item, Resource
from catalog.selectors.completeness import Gaps, gaps, item_gaps, section_of
from catalog.selectors.contents import RESOURCE_FIELDS, field_label, field_value
from catalog.selectors.element_sources import why_again
from portal.kernel.errors import Text

_STATE_LABELS: dict[str, Text] = {
    "done": gettext_lazy("Complete"),
    "in_progress": gettext_lazy("Incomplete"),
    "todo": gettext_lazy("Not started"),
    "optional": gettext_lazy("Optional"),
    "not_ready": gettext_lazy("Complete the sections above first"),
    "ready": gettext_lazy("Ready to submit"),
}
_SECTIONS: dict[str, tuple[str, Text]] = {
    "basic": ("edit_basic", gettext_lazy("Basic information")),
    "items": ("edit_items", gettext_lazy("Data items")),
    "attributes": ("edit_attributes", gettext_lazy("Sharing and opening")),
    "assessments": ("edit_assessments", gettext_lazy("Assessments")),
    "origin": ("asset_edit", gettext_lazy("Origin and one source")),
}
_DERIVED = frozenset({"sharing_type", "opening_type", "grade"})


@dataclass(frozen=True, slots=True)
class Line:
    """A data item with the words of its attributes and what it still lacks."""

    item: Item
    problems: list[Text]


def problems(item: Item) -> list[Text]:
    """Return what one data item still lacks, in words."""
    return list(item_gaps(item).values())


def answers(items: Sequence[Item]) -> list[Line]:
    """Return data items with what each lacks."""
    return [Line(item, problems(item)) for item in items]


def sections(resource: Resource, items: Sequence[Item], url_for: Callable[[str], str]) -> list[dict[str, Any]]:
    """Return the sections of the registration with address and state, as the task list shows them."""
    found = gaps(resource, items)
    lines = [
        _line(label, url_for(name), _state(section, found, resource, items), len(_of(section, found)))
        for section, (name, label) in _SECTIONS.items()
    ]
    has_data = resource.current_version is not None
    lines.append(_line(_("Data file"), url_for("upload"), "done" if has_data else "optional", 0))
    lines.append(_line(_("Check and submit"), url_for("check"), "not_ready" if found else "ready", 0))
    return lines


def _line(label: Text, url: str, state: str, missing: int) -> dict[str, Any]:
    hint = _("%(count)s answers are missing.") % {"count": missing} if missing else ""
    return {"label": label, "url": url, "state": state, "state_label": _STATE_LABELS[state], "hint": hint}


def _of(section: str, found: Gaps) -> list[str]:
    return [name for name in found if section_of(name) == section]


def _state(section: str, found: Gaps, resource: Resource, items: Sequence[Item]) -> str:
    if section == "attributes" and not items:
        return "todo"
    if not _of(section, found):
        return "optional" if section == "origin" and not why_again(resource) else "done"
    started = {
        "basic": bool(resource.abstract_zh or resource.category_id),
        "items": bool(items),
        "attributes": True,
        "assessments": bool(resource.secrecy_assessment or resource.privacy_assessment),
        "origin": True,
    }
    return "in_progress" if started[section] else "todo"


def check_rows(resource: Resource, found: Gaps, url_for: Callable[[str], str]) -> list[dict[str, Any]]:
    """Return every answer of the description with the address that changes it and what is missing."""
    rows = []
    for name in RESOURCE_FIELDS:
        value = field_value(Resource, name, getattr(resource, name))
        missing = found.get(name, [])
        url = "" if name in _DERIVED else url_for(_SECTIONS[section_of(name)][0])
        rows.append(
            {
                "label": field_label(Resource, name),
                "value": value,
                "change_url": url,
                "problem": missing[0] if missing else "",
            }
        )
    return [*rows, *_origin_row(resource, found, url_for)]


def _origin_row(resource: Resource, found: Gaps, url_for: Callable[[str], str]) -> list[dict[str, Any]]:
    """Return the answer on collecting what another department is the source of, where there is one or should be."""
    missing, reason = found.get("collect_again", []), why_again(resource)
    if not missing and not reason:
        return []
    name, label = _SECTIONS["origin"]
    return [{"label": label, "value": reason, "change_url": url_for(name), "problem": missing[0] if missing else ""}]
