"""Writes of the catalogue: one keyword-only function per verb. Files are in ``catalog.services.versions``."""

from catalog.services.amendments import AMENDMENT_VERBS, amend, cancel_amendment
from catalog.services.classes import load_categories, load_standard_classes
from catalog.services.indexing import reindex, reindex_all
from catalog.services.moves import (
    VERBS,
    approve,
    publish,
    resume,
    retire,
    return_,
    submit,
    suspend,
    withdraw,
)
from catalog.services.resources import create_resource, edit_resource, set_items
from catalog.services.snapshots import keep_snapshot

__all__ = [
    "AMENDMENT_VERBS",
    "VERBS",
    "amend",
    "approve",
    "cancel_amendment",
    "create_resource",
    "edit_resource",
    "keep_snapshot",
    "load_categories",
    "load_standard_classes",
    "publish",
    "reindex",
    "reindex_all",
    "resume",
    "retire",
    "return_",
    "set_items",
    "submit",
    "suspend",
    "withdraw",
]
