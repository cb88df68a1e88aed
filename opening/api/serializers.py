"""The shape of opening's input and answers; what input means is checked by the services."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from rest_framework import serializers

from opening.models import Publication
from portal.api.shapes import Input

_LONG = 8000


class EditionInput(Input):
    """What may be said of an edition; every part may be left out of a draft."""

    title_zh = serializers.CharField(max_length=200, required=False)
    title_en = serializers.CharField(max_length=200, required=False, allow_blank=True)
    summary_zh = serializers.CharField(max_length=_LONG, required=False, allow_blank=True)
    summary_en = serializers.CharField(max_length=_LONG, required=False, allow_blank=True)
    limits_zh = serializers.CharField(max_length=_LONG, required=False, allow_blank=True)
    limits_en = serializers.CharField(max_length=_LONG, required=False, allow_blank=True)
    keywords = serializers.ListField(child=serializers.CharField(max_length=60), required=False, max_length=20)
    source_note = serializers.CharField(max_length=_LONG, required=False, allow_blank=True)
    contact = serializers.CharField(max_length=200, required=False, allow_blank=True)
    license = serializers.CharField(max_length=60, required=False, allow_blank=True)
    items = serializers.ListField(child=serializers.CharField(max_length=63), required=False, max_length=500)


class NewEditionInput(EditionInput):
    """A new edition names its resource by code, with ``~`` or ``/`` between the parts, and its own name."""

    resource = serializers.CharField(max_length=64)
    name = serializers.CharField(max_length=100)


class EditionVerbInput(Input):
    """What goes with a verb: the reason."""

    reason = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")


def _iso(value: datetime | None) -> str | None:
    return value.isoformat() if value else None


def edition_answer(publication: Publication, verbs: Iterable[str] | None = None) -> dict[str, Any]:
    """Represent an edition as its public page does; with ``verbs`` also what only its own people see of it."""
    version, site = publication.resource.current_version, settings.SITE_URL.rstrip("/")
    page = f"{site}/dataset/{publication.name}"
    answer = {
        "id": str(publication.pk),
        "name": publication.name,
        "file_id": str(publication.file_id),
        "state": publication.state,
        "title_zh": publication.title_zh,
        "title_en": publication.title_en,
        "summary_zh": publication.summary_zh,
        "summary_en": publication.summary_en,
        "limits_zh": publication.limits_zh,
        "limits_en": publication.limits_en,
        "keywords": publication.keywords,
        "source_note": publication.source_note,
        "contact": publication.contact,
        "license": publication.license_id,
        "organization": publication.resource.provider.slug,
        "items": [column["name"] for column in publication.plan.get("columns", ())],
        "update_cycle": publication.resource.update_cycle,
        "version": version.number if version else None,
        "row_count": version.row_count if version else None,
        "updated_at": _iso(version.created_at) if version else None,
        "published_at": _iso(publication.published_at),
        "url": page,
        "rows_url": f"{site}/api/v1/opening/editions/{publication.name}/rows",
    }
    if verbs is not None:
        answer |= {"resource": publication.resource.code.replace("/", "~"), "verbs": list(verbs)}
    return answer
