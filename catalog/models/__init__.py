"""Tables of the catalogue, one module for each matter; callers name `catalog.models` alone."""

from catalog.models.codes import (
    BASIS_KINDS,
    CATEGORY_KINDS,
    FORMATS,
    ITEM_TYPES,
    OPENING_TYPES,
    SHARING_METHODS,
    SHARING_TYPES,
    UPDATE_CYCLES,
)
from catalog.models.resources import Category, Item, Resource, ResourceGrant
from catalog.models.uploads import Upload
from catalog.models.versions import Version

__all__ = [
    "BASIS_KINDS",
    "CATEGORY_KINDS",
    "FORMATS",
    "ITEM_TYPES",
    "OPENING_TYPES",
    "SHARING_METHODS",
    "SHARING_TYPES",
    "UPDATE_CYCLES",
    "Category",
    "Item",
    "Resource",
    "ResourceGrant",
    "Upload",
    "Version",
]
