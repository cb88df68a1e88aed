"""What is known of the data of a version, column by column, as the profile page shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from catalog.data.findings import PERSONAL
from catalog.models import Item, Version
from portal.kernel.classification import Grade
from portal.kernel.errors import Text

KIND_WORDS: dict[str, Text] = {
    "identity": _("Resident identity numbers"),
    "uscc": _("Unified social credit codes"),
    "card": _("Bank card numbers"),
    "mobile": _("Mobile telephone numbers"),
    "phone": _("Telephone numbers"),
    "email": _("E-mail addresses"),
    "name": _("Names of people"),
    "address": _("Home addresses"),
}
#: What a finding proposes for its item: the lowest fitting grade, and a mask that leaves nobody to be recognized.
PROPOSALS: dict[str, tuple[Grade, dict[str, Any]]] = {
    "identity": (Grade.GENERAL_4, {"op": "keep", "a": 6, "b": 0}),
    "card": (Grade.GENERAL_4, {"op": "keep", "a": 6, "b": 0}),
    "mobile": (Grade.GENERAL_3, {"op": "keep", "a": 3, "b": 0}),
    "name": (Grade.GENERAL_3, {"op": "keep", "a": 1, "b": 0}),
    "address": (Grade.GENERAL_3, {"op": "keep", "a": 6, "b": 0}),
    "email": (Grade.GENERAL_2, {"op": "keep", "a": 1, "b": 0}),
}


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart: its label and how many rows it stands for."""

    label: str
    value: int


@dataclass(frozen=True, slots=True)
class ProfileLine:
    """One column with its item (None when there is none any more), its numbers, charts and what was found in it."""

    name: str
    name_zh: str
    name_en: str
    type: str
    facts: dict[str, Any]
    item: Item | None
    null_share: float
    frequent: list[Bar]
    histogram: list[Bar]
    shapes: list[Bar]
    finding: str
    finding_label: Text
    share: float
    inside: list[tuple[Text, int]]
    is_personal: bool
    proposes: bool


def profile_lines(version: Version, items: Sequence[Item]) -> list[ProfileLine]:
    """Return the columns of a version in order; versions made before findings were kept simply show none."""
    by_column = {item.column_id: item for item in items}
    known = {str(column["name"]): column for column in version.profile.get("columns", ())}
    return [
        _line(column, known.get(str(column["name"]), {}), by_column.get(str(column["id"])), version.row_count)
        for column in version.columns
    ]


def _line(column: dict[str, Any], facts: dict[str, Any], item: Item | None, rows: int) -> ProfileLine:
    finding = facts.get("finding") or {}
    kind, present = str(finding.get("kind", "")), int(finding.get("present", 0))
    return ProfileLine(
        name=str(column["name"]),
        name_zh=str(column.get("title") or column["name"]),
        name_en=item.name_en if item else "",
        type=str(column["type"]),
        facts=facts,
        item=item,
        null_share=facts.get("nulls", 0) / rows if rows else 0.0,
        frequent=[Bar(str(value), count) for value, count in facts.get("frequent", ())],
        histogram=[Bar(f"{_short(b['low'])} – {_short(b['high'])}", b["count"]) for b in facts.get("histogram", ())],
        shapes=[Bar(shape, count) for shape, count in facts.get("shapes", ())],
        finding=kind,
        finding_label=KIND_WORDS.get(kind, ""),
        share=int(finding.get("matched", 0)) / present if present else 0.0,
        inside=[(KIND_WORDS[name], count) for name, count in (finding.get("inside") or {}).items()],
        is_personal=kind in PERSONAL,
        proposes=item is not None and bool(proposal(kind, item)),
    )


def _short(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.6g}"


def proposal(kind: str, item: Item) -> dict[str, Any]:
    """Return the fields a finding would change on an item: a higher grade, a mask where there is none."""
    if kind not in PROPOSALS:
        return {}
    grade, mask = PROPOSALS[kind]
    changed: dict[str, Any] = {} if item.grade >= grade else {"grade": grade}
    return changed if item.mask else changed | {"mask": mask}
