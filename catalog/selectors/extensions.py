"""Extension fields of the installation, and the values of a resource in words."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import get_language, gettext

from catalog.models import ExtensionField, Resource
from portal.web.bilingual import bilingual


@dataclass(frozen=True, slots=True)
class Extension:
    """One field with its value on a resource."""

    label: str
    value: str


def extension_fields() -> QuerySet[ExtensionField]:
    """Return the fields in use, in order (1 query)."""
    return ExtensionField.objects.filter(is_active=True)


def extension_label(field: ExtensionField) -> str:
    """Return the name of a field in the reader's language, or in the one there is."""
    return bilingual(field, "name", chinese=(get_language() or "").startswith("zh")).text


def extensions_of(resource: Resource) -> list[Extension]:
    """Return the values that a resource states, by the order of the fields; none are asked for where it has none."""
    if not resource.extensions:
        return []
    return [
        Extension(extension_label(field), extension_text(resource.extensions[field.code]))
        for field in extension_fields()
        if resource.extensions.get(field.code) not in {None, ""}
    ]


def extension_text(value: Any) -> str:
    """Return a value as a person reads it."""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    return str(value)


def all_extension_fields() -> QuerySet[ExtensionField]:
    """Return every field, those out of use too."""
    return ExtensionField.objects.all()
