"""The one door through which rows of data leave: downloads, API pages and previews alike (house.md §5)."""

from catalog.data.exports import FORMS
from catalog.gate.comparison import Comparison, compare_versions, comparison_at_hand
from catalog.gate.delivery import Delivery
from catalog.gate.door import read_query, release
from catalog.gate.kept import Right, release_again
from catalog.gate.page import Page
from catalog.gate.preview import preview_warrant
from catalog.gate.streams import Download, Stream
from catalog.gate.warrant import DataUnavailable, Disclosure, Warrant, WarrantKind

__all__ = [
    "FORMS",
    "Comparison",
    "DataUnavailable",
    "Delivery",
    "Disclosure",
    "Download",
    "Page",
    "Right",
    "Stream",
    "Warrant",
    "WarrantKind",
    "compare_versions",
    "comparison_at_hand",
    "preview_warrant",
    "read_query",
    "release",
    "release_again",
]
