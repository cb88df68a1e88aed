"""Makes data sources through the services."""

import secrets
from pathlib import Path
from typing import Any

from django.conf import settings

from catalog.models import Resource, Source
from catalog.services.sources import save_source
from tests.cast import Cast


def folder(cast: Cast, resource: Resource, **fields: Any) -> Source:
    """Set up a folder below the one that is allowed; it exists."""
    path = Path(settings.SOURCE_FOLDERS[0]) / secrets.token_hex(8)
    path.mkdir(parents=True, exist_ok=True)
    known = {
        "title": "收件夹",
        "kind": "folder",
        "place": {"folder": str(path), "pattern": "*.csv"},
        "schedule": "daily",
    }
    return save_source(cast.actor("steward"), resource=resource, **{**known, **fields})
