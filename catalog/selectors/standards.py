"""Reads of standards: elements and code sets with their versions, what differs between versions, what is used where."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from catalog.data.standards.codes import CodeChange, CodeRow, compare_codes
from catalog.models import Code, CodeSet, CodeSetVersion, Element, Item, Resource
from catalog.policies import visible, visible_standards
from portal.kernel.actors import Actor

WORDS_SET = "column-words"


def elements(actor: Actor) -> QuerySet[Element]:
    """Return the visible elements, all versions."""
    return Element.objects.filter(visible_standards(actor)).select_related("code_set")


def elements_in_force() -> QuerySet[Element]:
    """Return the elements that items are bound to from now on."""
    return Element.objects.filter(state="in_force").select_related("code_set")


def listed_elements(actor: Actor, words: str = "", state: str = "") -> QuerySet[Element]:
    """Return the newest visible version of each element with how many visible items use it (1 query)."""
    found = elements(actor)
    newest = found.filter(identifier=OuterRef("identifier")).order_by("-version").values("pk")[:1]
    if words:
        found = found.filter(
            Q(name_zh__icontains=words)
            | Q(name_en__icontains=words)
            | Q(identifier__icontains=words)
            | Q(synonyms__icontains=words)
            | Q(definition__icontains=words)
        )
    if state:
        found = found.filter(state=state)
    used = (
        Item.objects.filter(element__identifier=OuterRef("identifier"), resource__in=_seen(actor))
        .order_by()
        .values("element__identifier")
        .annotate(n=Count("pk"))
        .values("n")
    )
    return found.filter(pk=Subquery(newest)).annotate(use_count=Subquery(used)).order_by("identifier")


def _seen(actor: Actor) -> QuerySet[Resource]:
    return Resource.objects.filter(visible(actor))


@dataclass(frozen=True, slots=True)
class Use:
    """One place where an element is used: the item, and whether it stands on a version no longer in force."""

    item: Item
    is_old: bool


def uses_of(actor: Actor, identifier: str) -> list[Use]:
    """Return the visible items bound to any version of an element, with their resources (1 query)."""
    found = (
        Item.objects.filter(element__identifier=identifier, resource__in=_seen(actor))
        .select_related("resource__provider", "element")
        .order_by("resource__title_zh", "position")
    )
    return [Use(item, item.element is not None and item.element.state != "in_force") for item in found]


def code_sets(actor: Actor, words: str = "") -> QuerySet[CodeSet]:
    """Return the visible code sets with their version in force, how many codes it has and how many elements use it."""
    shown = CodeSetVersion.objects.filter(visible_standards(actor), code_set=OuterRef("pk"))
    in_force = shown.filter(state="in_force")
    counted = (
        Code.objects.filter(version__code_set=OuterRef("pk"), version__state="in_force")
        .order_by()
        .values("version__code_set")
        .annotate(n=Count("pk"))
        .values("n")
    )
    found = CodeSet.objects.filter(pk__in=CodeSetVersion.objects.filter(visible_standards(actor)).values("code_set"))
    if words:
        holding = Code.objects.filter(
            Q(code__icontains=words) | Q(label_zh__icontains=words) | Q(label_en__icontains=words),
            version__state="in_force",
        )
        named = Q(name_zh__icontains=words) | Q(name_en__icontains=words) | Q(code__icontains=words)
        found = found.filter(named | Q(pk__in=holding.values("version__code_set")))
    return found.annotate(
        number=Subquery(in_force.values("number")[:1]),
        code_count=Subquery(counted),
        element_count=Count("elements", filter=Q(elements__state="in_force"), distinct=True),
    ).order_by("code")


def code_set_versions(actor: Actor, code_set: CodeSet) -> QuerySet[CodeSetVersion]:
    """Return the visible versions of a code set, newest first, with their number of codes."""
    found = CodeSetVersion.objects.filter(visible_standards(actor), code_set=code_set)
    return found.select_related("code_set").annotate(code_count=Count("codes")).order_by("-created_at", "-pk")


def code_rows(version: CodeSetVersion) -> list[CodeRow]:
    """Return the codes of a version as they are written in files."""
    return [
        CodeRow(
            code=code.code,
            label_zh=code.label_zh,
            label_en=code.label_en,
            parent=code.parent,
            valid_from=_day(code.valid_from),
            valid_to=_day(code.valid_to),
        )
        for code in version.codes.order_by("position")
    ]


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def compare_versions(before: CodeSetVersion, after: CodeSetVersion) -> list[CodeChange]:
    """Return what differs between two versions of a code set (2 queries)."""
    return compare_codes(code_rows(before), code_rows(after))


def code_sets_in_force() -> QuerySet[CodeSet]:
    """Return the code sets that have a version in force, by name."""
    return CodeSet.objects.filter(versions__state="in_force").order_by("name_zh")


def codes_by_set(codes: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the codes that may be used today, by the identifier of their code set (2 queries)."""
    known = dict(CodeSet.objects.filter(code__in=set(codes)).values_list("pk", "code"))
    return {known[pk]: values for pk, values in codes_in_force(known).items()}


def codes_in_force(code_set_ids: Iterable[int], on: date | None = None) -> dict[int, tuple[str, ...]]:
    """Return, for each code set with a version in force, the codes that may be used on a day, today (1 query)."""
    day = on or timezone.localdate()
    running = Q(valid_from__isnull=True) | Q(valid_from__lte=day)
    running &= Q(valid_to__isnull=True) | Q(valid_to__gte=day)
    found: dict[int, list[str]] = {}
    rows = Code.objects.filter(running, version__code_set_id__in=set(code_set_ids), version__state="in_force")
    for code_set_id, code in rows.order_by("position").values_list("version__code_set_id", "code"):
        found.setdefault(code_set_id, []).append(code)
    return {code_set_id: tuple(codes) for code_set_id, codes in found.items()}


def column_standards(items: Iterable[Item]) -> dict[int, dict[str, Any]]:
    """Return what the elements of bound items ask of their columns, by item: values, pattern, check, element.

    ``items`` come with their ``element`` joined. Shaped as the fields of ``catalog.data.schema.Column`` (1 query).
    """
    bound = [(item, item.element) for item in items if item.element is not None]
    codes = codes_in_force(element.code_set_id for _item, element in bound if element.code_set_id is not None)
    return {
        item.pk: {
            "values": codes.get(element.code_set_id) if element.code_set_id is not None else None,
            "pattern": element.pattern,
            "check": element.check_rule,
            "element": f"{element.identifier}/{element.version}",
        }
        for item, element in bound
    }


def column_words() -> dict[str, str]:
    """Return the words for column names in force: Chinese word → word or abbreviation (1 query)."""
    rows = Code.objects.filter(version__code_set__code=WORDS_SET, version__state="in_force").exclude(label_en="")
    return dict(rows.values_list("code", "label_en"))
