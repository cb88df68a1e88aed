"""What a resource still lacks before it may be submitted (1272号 core metadata; Order 809 arts 13 and 14)."""

from collections.abc import Sequence

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from catalog.models import AssessmentDocument, Item, Resource
from catalog.selectors.element_sources import collected_again, why_again
from catalog.selectors.extensions import extension_fields, extension_label
from portal.kernel.classification import OpeningType, SharingType, may_open, may_share
from portal.kernel.errors import Text

Gaps = dict[str, list[Text]]

_NEEDED: dict[str, Text] = {
    "abstract_zh": _("Say in a few sentences what the data is."),
    "category": _("Choose the class of the catalog."),
    "update_cycle": _("Say how often the data is updated."),
}
_ASSESSMENTS: dict[str, Text] = {
    "secrecy_assessment": _("Order 809 art 13 asks for a secrecy-risk assessment before cataloging."),
    "privacy_assessment": _("Order 809 art 13 asks for a personal-information impact assessment before cataloging."),
}
#: Sections of the registration and the fields each answers for.
SECTIONS: dict[str, tuple[str, ...]] = {
    "basic": ("title_zh", *_NEEDED, "use_conditions"),
    "items": ("items",),
    "attributes": (),
    "assessments": tuple(_ASSESSMENTS),
    "origin": ("collect_again",),
}


def gaps(resource: Resource, items: Sequence[Item]) -> Gaps:
    """Return what keeps ``resource`` from being submitted: field → messages; ``items.3.reason`` for an item's."""
    found: Gaps = {name: [text] for name, text in (_NEEDED | _ASSESSMENTS).items() if not getattr(resource, name)}
    _ask_for_documents(resource, found)
    if not items:
        found["items"] = [_("Add at least one data item.")]
    if any(i.sharing_type == SharingType.CONDITIONAL for i in items) and not resource.use_conditions:
        found["use_conditions"] = [_("State the conditions of use, because some items are shared conditionally.")]
    if (again := collected_again(resource, items)) and not why_again(resource):
        named = ", ".join(f"{one.item.name_zh} ({one.source.department.name_zh})" for one in again)
        found["collect_again"] = [
            _(
                "Another department is the source of: %(items)s. Have it shared, declare it as the origin, or say "
                "why it is collected again (Order 809 art 19)."
            )
            % {"items": named}
        ]
    for field in extension_fields():
        if field.is_required and resource.extensions.get(field.code) in {None, ""}:
            found[f"extensions.{field.code}"] = [_("Fill in “%(name)s”.") % {"name": extension_label(field)}]
    for at, item in enumerate(items):
        for name, text in item_gaps(item).items():
            found[f"items.{at}.{name}"] = [text]
    return found


def _ask_for_documents(resource: Resource, found: Gaps) -> None:
    """Ask for approved documents of both assessments where the installation does not take the texts alone (1 query)."""
    if settings.ASSESSMENT_DOCUMENTS != "required":
        return
    documents = AssessmentDocument.objects.filter(resource_id=resource.pk, approved_at__isnull=False)
    kinds = set(documents.values_list("kind", flat=True))
    for name in _ASSESSMENTS:
        if name.removesuffix("_assessment") not in kinds:
            text = _("Attach the signed document of this assessment and have the office head approve it.")
            found.setdefault(name, []).append(text)


def item_gaps(item: Item) -> dict[str, Text]:
    """Return what one data item lacks: field → message."""
    return _sharing_gaps(item) | _opening_gaps(item) | _grade_gaps(item)


def _sharing_gaps(item: Item) -> dict[str, Text]:
    found: dict[str, Text] = {}
    if item.sharing_type == SharingType.CONDITIONAL and not item.sharing_condition:
        found["sharing_condition"] = _("Conditional sharing needs its condition: who may use it, for what.")
    if item.sharing_type == SharingType.NOT_SHARED:
        if not item.basis_kind:
            found["basis_kind"] = _(
                "Only a law, an administrative regulation or a State Council decision may forbid sharing "
                "(Order 809 art 14)."
            )
        if not item.basis_document:
            found["basis_document"] = _("Name the document that forbids sharing.")
        if not item.basis_article:
            found["basis_article"] = _("Name the article of the document.")
        if not item.reason:
            found["reason"] = _("Give the reason why this item is not shared.")
    return found


def _opening_gaps(item: Item) -> dict[str, Text]:
    if item.opening_type == OpeningType.CONDITIONAL and not item.opening_condition:
        return {"opening_condition": _("Conditional opening needs its condition.")}
    return {}


def _grade_gaps(item: Item) -> dict[str, Text]:
    found: dict[str, Text] = {}
    if item.sharing_type != SharingType.NOT_SHARED and not may_share(item.grade, item.sharing_type):
        found["sharing_type"] = _("The grade of this item forbids sharing it in this way.")
    if item.opening_type != OpeningType.NOT_OPEN and not may_open(item.grade, item.opening_type):
        found["opening_type"] = _("The grade of this item forbids opening it in this way.")
    return found


def section_of(field: str) -> str:
    """Return the section of the registration that answers for a field of ``gaps``."""
    if field.startswith("items."):
        return "attributes"
    return next((section for section, names in SECTIONS.items() if field in names), "basic")
