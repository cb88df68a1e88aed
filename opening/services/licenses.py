"""Loads the licenses of open data, which every installation has and may add to."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from opening.models import DataLicense

_SHIPPED = Path(__file__).parent.parent / "data" / "licenses.json"
_FIELDS = (
    "title_zh",
    "title_en",
    "url",
    "may_zh",
    "may_en",
    "must_zh",
    "must_en",
    "may_not_zh",
    "may_not_en",
    "is_open",
    "position",
)


def shipped_licenses() -> list[dict[str, Any]]:
    """Return the licenses that come with the product."""
    rows: list[dict[str, Any]] = json.loads(_SHIPPED.read_text(encoding="utf-8"))
    return [{"position": place, **row} for place, row in enumerate(rows)]


def load_data_licenses(rows: Iterable[Mapping[str, Any]] | None = None) -> int:
    """Write licenses by their ``code`` (or ``id``); returns how many. Safe to repeat.

    None loads the shipped ones. A row may leave fields out: a known license keeps them, a new one takes the
    texts of the license that its ``terms_of`` names.
    """
    count = 0
    for row in shipped_licenses() if rows is None else rows:
        code = str(row.get("code") or row["id"])
        given = {field: row[field] for field in _FIELDS if field in row}
        DataLicense.objects.update_or_create(
            code=code, defaults=given, create_defaults={**_terms_of(row), "position": 100 + count, **given}
        )
        count += 1
    return count


def _terms_of(row: Mapping[str, Any]) -> dict[str, Any]:
    model = DataLicense.objects.filter(code=row.get("terms_of", "")).first()
    return {} if model is None else {field: getattr(model, field) for field in _FIELDS[3:-1]}
