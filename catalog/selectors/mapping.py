"""The items of a resource beside the data elements they are bound to, or probably are, and advice on their names."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from catalog.data.schema import ItemType
from catalog.data.standards.matching import Candidate, Known, suggestions
from catalog.data.standards.naming import NameAdvice, check_name
from catalog.messages import message
from catalog.models import DeclinedElement, Element, Item, Resource, Version
from catalog.selectors.standards import codes_in_force, column_words, elements_in_force

_FROM = ("identity", "uscc", "card")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An element an item probably is, how sure that is (0 to 100), and why in words."""

    element: Element
    score: int
    reasons: list[str]


@dataclass(frozen=True, slots=True)
class MappingLine:
    """One item: its element or what it may be, the version that superseded it, and faults of its column name."""

    item: Item
    advice: NameAdvice
    faults: list[str]
    newer: Element | None = None
    suggestions: list[Suggestion] = field(default_factory=list)


def mapping_lines(resource: Resource, items: Sequence[Item]) -> list[MappingLine]:
    """Return ``items`` (with their elements joined) with suggestions for those not bound yet (4 queries)."""
    elements = list(elements_in_force())
    candidates = _candidates(elements)
    by_name = {element.identifier: element for element in elements}
    declined: dict[int, set[int]] = {}
    kept = DeclinedElement.objects.filter(item__in=[item.pk for item in items if item.pk])
    for item_id, element_id in kept.values_list("item", "element"):
        declined.setdefault(item_id, set()).add(element_id)
    known, words = _values(resource.current_version), column_words()
    lines = []
    for item in items:
        advice = check_name(item.code, item.name_zh, words)
        open_ones = [c for c in candidates if by_name[c.identifier].pk not in declined.get(item.pk or 0, set())]
        found = [] if item.element_id else _suggested(item, open_ones, by_name, known.get(item.code, {}))
        newer = by_name.get(item.element.identifier) if item.element and item.element.state != "in_force" else None
        lines.append(MappingLine(item, advice, [message(code) for code in advice.faults], newer, found))
    return lines


def _candidates(elements: Sequence[Element]) -> list[Candidate]:
    codes = codes_in_force(element.code_set_id for element in elements if element.code_set_id is not None)
    return [
        Candidate(
            identifier=element.identifier,
            name_zh=element.name_zh,
            name_en=element.name_en,
            synonyms=tuple(element.synonyms),
            type=ItemType(element.type),
            check=element.check_rule,
            codes=frozenset(codes.get(element.code_set_id, ())) if element.code_set_id is not None else frozenset(),
        )
        for element in elements
    ]


def _values(version: Version | None) -> dict[str, dict[str, Any]]:
    """Return what the profile of a version knows of each column, by column name."""
    if version is None:
        return {}
    return {str(column["name"]): column for column in version.profile.get("columns", ())}


def _suggested(
    item: Item, candidates: Sequence[Candidate], by_name: dict[str, Element], profile: dict[str, Any]
) -> list[Suggestion]:
    finding = str((profile.get("finding") or {}).get("kind", ""))
    known = Known(
        title=item.name_zh,
        name=item.code,
        name_en=item.name_en,
        type=ItemType(item.type),
        values=tuple(str(value) for value, _count in profile.get("frequent", ())),
        finding=finding if finding in _FROM else "",
    )
    return [
        Suggestion(by_name[match.identifier], match.score, [message(code) for code in match.reasons])
        for match in suggestions(known, candidates)
    ]
