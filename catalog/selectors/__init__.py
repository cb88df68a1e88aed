"""Reads of the catalogue: each takes an actor and gives only what she may see."""

from catalog.selectors.amendments import Work, amendment_changes, items_to_json, work_of
from catalog.selectors.clocks import clock_of
from catalog.selectors.comparison import VersionLine, version_lines
from catalog.selectors.completeness import gaps, item_gaps, section_of
from catalog.selectors.contents import changes, content_of, draft_changes
from catalog.selectors.desk import tasks_for
from catalog.selectors.facets import FacetSpec, resource_facets, with_choices
from catalog.selectors.resources import (
    amendments_of,
    classes,
    detailed,
    exchanged,
    listed,
    own_resources,
    resources,
    themes,
    uploads,
    versions,
    waiting_resources,
)
from catalog.selectors.search import SORTS, Found, KnownLength, search, with_words

__all__ = [
    "SORTS",
    "FacetSpec",
    "Found",
    "KnownLength",
    "VersionLine",
    "Work",
    "amendment_changes",
    "amendments_of",
    "changes",
    "classes",
    "clock_of",
    "content_of",
    "detailed",
    "draft_changes",
    "exchanged",
    "gaps",
    "item_gaps",
    "items_to_json",
    "listed",
    "own_resources",
    "resource_facets",
    "resources",
    "search",
    "section_of",
    "tasks_for",
    "themes",
    "uploads",
    "version_lines",
    "versions",
    "waiting_resources",
    "with_choices",
    "with_words",
    "work_of",
]
