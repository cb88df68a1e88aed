"""The shape of the catalogue's input and answers; what input means is checked by the services."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from rest_framework import serializers

from catalog.models import (
    BASIS_KINDS,
    FORMATS,
    ITEM_TYPES,
    OPENING_TYPES,
    PRIVACY_ROLES,
    SHARING_METHODS,
    SHARING_TYPES,
    UPDATE_CYCLES,
    VERSION_KINDS,
    Amendment,
    Category,
    Item,
    Resource,
    Upload,
    Version,
)
from catalog.selectors import Work
from catalog.selectors.rejects import marked_copy
from portal.accounts.models import GRADES, Department
from portal.api.shapes import Input

_LONG = 10_000
_TEXTS = ("abstract_zh", "abstract_en", "use_conditions", "source_note")
_ASSESSMENTS = ("secrecy_assessment", "privacy_assessment")
_ITEM_FIELDS = (
    "name_zh", "name_en", "code", "type", "length", "is_key", "is_nullable", "description", "sharing_type",
    "sharing_condition", "opening_type", "opening_condition", "grade", "basis_kind", "basis_document",
    "basis_article", "reason", "mask", "privacy_role",
)  # fmt: skip


class ResourceInput(Input):
    """What may be said of a resource; every part may be left out of a draft."""

    title_zh = serializers.CharField(max_length=200, required=False)
    title_en = serializers.CharField(max_length=200, required=False, allow_blank=True)
    abstract_zh = serializers.CharField(max_length=_LONG, required=False, allow_blank=True)
    abstract_en = serializers.CharField(max_length=_LONG, required=False, allow_blank=True)
    keywords = serializers.ListField(child=serializers.CharField(max_length=50), required=False, max_length=20)
    category = serializers.SlugRelatedField(
        "code", queryset=Category.objects.all(), required=False, allow_null=True, help_text="Code of the class"
    )
    theme = serializers.SlugRelatedField(
        "slug", queryset=Category.objects.filter(kind=2), required=False, allow_null=True, help_text="Slug of the theme"
    )
    format = serializers.ChoiceField(choices=FORMATS, required=False)
    update_cycle = serializers.ChoiceField(choices=UPDATE_CYCLES, required=False, allow_null=True)
    sharing_method = serializers.ChoiceField(choices=SHARING_METHODS, required=False)
    use_conditions = serializers.CharField(max_length=_LONG, required=False, allow_blank=True)
    source_note = serializers.CharField(max_length=_LONG, required=False, allow_blank=True)
    secrecy_assessment = serializers.CharField(max_length=_LONG, required=False, allow_blank=True)
    privacy_assessment = serializers.CharField(max_length=_LONG, required=False, allow_blank=True)
    extensions = serializers.DictField(required=False, help_text="Extension fields of the installation by their code")


class NewResourceInput(ResourceInput):
    """A new resource names its provider by unified social credit code."""

    title_zh = serializers.CharField(max_length=200)
    provider = serializers.SlugRelatedField("uscc", queryset=Department.objects.filter(is_active=True))


class ItemInput(Input):
    """One data item with its attributes."""

    name_zh = serializers.CharField(max_length=100)
    name_en = serializers.CharField(max_length=100, required=False, allow_blank=True)
    code = serializers.CharField(max_length=63, required=False, allow_blank=True)
    former_code = serializers.CharField(max_length=63, required=False, allow_blank=True)
    type = serializers.ChoiceField(choices=ITEM_TYPES, required=False)
    length = serializers.IntegerField(min_value=1, max_value=1_000_000, required=False, allow_null=True)
    is_key = serializers.BooleanField(required=False)
    is_nullable = serializers.BooleanField(required=False)
    description = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    sharing_type = serializers.ChoiceField(choices=SHARING_TYPES, required=False)
    sharing_condition = serializers.CharField(max_length=_LONG, required=False, allow_blank=True)
    opening_type = serializers.ChoiceField(choices=OPENING_TYPES, required=False)
    opening_condition = serializers.CharField(max_length=_LONG, required=False, allow_blank=True)
    grade = serializers.ChoiceField(choices=GRADES, required=False)
    basis_kind = serializers.ChoiceField(choices=BASIS_KINDS, required=False, allow_null=True)
    basis_document = serializers.CharField(max_length=200, required=False, allow_blank=True)
    basis_article = serializers.CharField(max_length=50, required=False, allow_blank=True)
    reason = serializers.CharField(max_length=_LONG, required=False, allow_blank=True)
    mask = serializers.DictField(required=False)
    privacy_role = serializers.ChoiceField(choices=PRIVACY_ROLES, required=False, allow_blank=True)


class ItemsInput(Input):
    """All data items of a resource, in order."""

    items = serializers.ListField(child=ItemInput(), max_length=500)


class VerbInput(Input):
    """What goes with a verb."""

    reason = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")


class UploadOptions(Input):
    """How a file is to be taken."""

    note = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")
    mode = serializers.ChoiceField(choices=VERSION_KINDS, required=False, default="replace")
    sheet = serializers.CharField(max_length=100, required=False, allow_blank=True, default="")
    tolerance = serializers.FloatField(
        min_value=0,
        max_value=100,
        required=False,
        allow_null=True,
        default=None,
        help_text="Percent of the rows that may be left out; without it that of the resource.",
    )


class ToleranceInput(Input):
    """How many rows the files of a resource may leave out where nothing is said with them."""

    tolerance = serializers.DecimalField(
        min_value=0, max_value=100, max_digits=5, decimal_places=2, coerce_to_string=False
    )


class UploadInput(UploadOptions):
    """A file with the data of a resource (multipart)."""

    file = serializers.FileField()


def _iso(value: datetime | None) -> str | None:
    return value.isoformat() if value else None


def _class(category: Category | None) -> dict[str, str] | None:
    if category is None:
        return None
    return {"code": category.code, "slug": category.slug, "name_zh": category.name_zh, "name_en": category.name_en}


def line_answer(resource: Resource) -> dict[str, Any]:
    """Represent a resource as a line of a list."""
    provider, version = resource.provider, resource.current_version
    return {
        "code": resource.code,
        "address": f"/api/v1/catalog/resources/{resource.address}/",
        "state": resource.state,
        "title_zh": resource.title_zh,
        "title_en": resource.title_en,
        "provider": {
            "uscc": provider.uscc,
            "slug": provider.slug,
            "name_zh": provider.name_zh,
            "name_en": provider.name_en,
        },
        "region": provider.region_id,
        "category": _class(resource.category),
        "theme": _class(resource.theme),
        "keywords": resource.keywords,
        "abstract_zh": resource.abstract_zh,
        "abstract_en": resource.abstract_en,
        "format": resource.format,
        "update_cycle": resource.update_cycle,
        "sharing_type": resource.sharing_type,
        "sharing_method": resource.sharing_method,
        "opening_type": resource.opening_type,
        "grade": resource.grade,
        "published_at": _iso(resource.published_at),
        "updated_at": _iso(resource.updated_at),
        "rows": version.row_count if version else None,
    }


def resource_answer(resource: Resource, verbs: list[str], *, keeps: bool) -> dict[str, Any]:
    """Represent a resource whole, with its items and the verbs the caller may use on it now.

    The assessments are given to those who keep it only.
    """
    version = resource.current_version
    return line_answer(resource) | {
        **{name: getattr(resource, name) for name in (*_TEXTS, *(_ASSESSMENTS if keeps else ()))},
        "items": [item_answer(item) for item in resource.items.all()],
        "extensions": resource.extensions,
        "version": version_answer(version) if version else None,
        "verbs": verbs,
    }


def amendment_answer(work: Work, amendment: Amendment) -> dict[str, Any]:
    """Represent the draft beside a published description."""
    return {
        "state": amendment.state,
        "reason": amendment.said_reason,
        "created_at": _iso(amendment.created_at),
        "submitted_at": _iso(amendment.submitted_at),
        "description": amendment.content,
        "items": [item_answer(item) for item in work.items],
    }


def item_answer(item: Item) -> dict[str, Any]:
    """Represent a data item."""
    return {name: getattr(item, name) for name in _ITEM_FIELDS}


def version_answer(version: Version) -> dict[str, Any]:
    """Represent a version of the data."""
    return {
        "number": version.number,
        "kind": version.kind,
        "parent": version.parent.number if version.parent else None,
        "changes": version.changes,
        "deleted_at": _iso(version.deleted_at),
        "rows": version.row_count,
        "bytes": version.byte_count,
        "sha256": version.sha256,
        "columns": version.columns,
        "source_name": version.source_name,
        "note": version.note,
        "created_at": _iso(version.created_at),
    }


def upload_answer(upload: Upload) -> dict[str, Any]:
    """Represent a file handed in, with how far its check is and its report."""
    report = {name: value for name, value in upload.report.items() if name not in {"rejects", "marked"}}
    address = f"/api/v1/catalog/resources/{upload.resource.address}/uploads/{upload.pk}/"
    copy = marked_copy(upload, get_language() or settings.LANGUAGE_CODE)
    return {
        "id": upload.pk,
        "address": address,
        "state": upload.state,
        "name": upload.name,
        "bytes": upload.byte_count,
        "mode": upload.mode,
        "sheet": upload.sheet,
        "tolerance": float(upload.tolerance),
        "progress": upload.progress,
        "stage": upload.stage,
        "rows": upload.rows_read,
        "started_at": _iso(upload.started_at),
        "report": report,
        "rejects": {"address": f"{address}rejects/", "state": copy.state, "progress": copy.percent} if copy else None,
        "version": upload.version.number if upload.version else None,
        "created_at": _iso(upload.created_at),
        "finished_at": _iso(upload.finished_at),
    }
