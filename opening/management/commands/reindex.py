"""`manage.py reindex`: writes the search index of the catalog and of open data anew."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from catalog.services import reindex_all
from opening.services.index import index_all


class Command(BaseCommand):
    """Index everything, e.g. after departments were renamed or a version of the product that indexes more."""

    help = "Write the search index of the catalog and of open data anew; the search goes on meanwhile"

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Run both services and say how much there was."""
        self.stdout.write(f"resources: {reindex_all()}")
        self.stdout.write(f"open editions: {index_all()}")
