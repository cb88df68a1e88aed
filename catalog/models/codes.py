"""Code lists of the catalogue's core metadata (发改高技〔2017〕1272号; Order 809 arts 13 to 15)."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.kernel.classification import LegalBasisKind, OpeningType, SharingType
from portal.kernel.errors import Text

#: What an attribute is called; the installation's policy pack chooses, the code stays (JL arts 25, 28).
PACKS: dict[str, dict[str, Text]] = {
    "national": {
        "conditional": _("Shared conditionally"),
        "not_shared": _("Not shared"),
        "not_open": _("Not open"),
    },
    "jilin": {
        "conditional": pgettext_lazy("Jilin", "Shared conditionally"),
        "not_shared": pgettext_lazy("Jilin", "Not shared"),
        "not_open": pgettext_lazy("Jilin", "Not open"),
    },
}


def _packed(name: str) -> str:
    return str(PACKS[settings.POLICY_PACK][name])


def _named(name: str) -> Text:
    text: Text = lazy(_packed, str)(name)
    return text


CATEGORY_KINDS = [(1, _("Base data")), (2, _("Theme data")), (3, _("Department data"))]
SHARING_TYPES = [
    (SharingType.UNCONDITIONAL, _("Shared unconditionally")),
    (SharingType.CONDITIONAL, _named("conditional")),
    (SharingType.NOT_SHARED, _named("not_shared")),
]
OPENING_TYPES = [
    (OpeningType.UNCONDITIONAL, _("Open unconditionally")),
    (OpeningType.CONDITIONAL, _("Open conditionally")),
    (OpeningType.NOT_OPEN, _named("not_open")),
]
BASIS_KINDS = [
    (LegalBasisKind.LAW, _("Law")),
    (LegalBasisKind.ADMINISTRATIVE_REGULATION, _("Administrative regulation")),
    (LegalBasisKind.STATE_COUNCIL_DECISION, _("State Council decision")),
]
UPDATE_CYCLES = [
    (1, _("Real-time")),
    (2, _("Daily")),
    (3, _("Weekly")),
    (4, _("Monthly")),
    (5, _("Quarterly")),
    (6, _("Half-yearly")),
    (7, _("Yearly")),
    (8, _("Irregular")),
    (9, _("Never")),
    (10, _("Every working day")),
]
SHARING_METHODS = [
    ("interface", _("Service interface")),
    ("exchange", _("Batch exchange")),
    ("file", _("File download")),
]
FORMATS = [
    ("database", _("Database table")),
    ("spreadsheet", _("Spreadsheet")),
    ("text", _("Text table (CSV)")),
    ("document", _("Document")),
    ("image", _("Image")),
    ("media", _("Sound or video")),
    ("service", _("Service interface")),
]
#: What an item says of people in a table that is opened: what groups them, what must stay unknown, how many there are.
PRIVACY_ROLES = [
    ("quasi", _("Quasi-identifier: together with others it may point at a person")),
    ("sensitive", _("Sensitive: must not be known of a person")),
    ("health", _("Sensitive, about health: people must hide in larger groups")),
    ("minor", _("Sensitive, about minors: people must hide in larger groups")),
    ("people", _("Number of people: small numbers may point at a person")),
]
#: Masks an officer chooses from, written as the operation and its numbers; JSON and the API take every one.
MASKS = [
    ("", _("No mask")),
    ("keep:1:0", _("Keep the first character")),
    ("keep:3:4", _("Keep the first 3 and the last 4 characters")),
    ("keep:6:4", _("Keep the first 6 and the last 4 characters")),
    ("year", _("Year only")),
    ("month", _("Year and month only")),
    ("area4", _("City part of an area code")),
    ("area6", _("County part of an area code")),
    ("hmac", _("Replace by a keyed code")),
    ("null", _("Leave empty")),
]
ITEM_TYPES = [
    ("C", _("Character string")),
    ("N", _("Number")),
    ("Y", _("Money")),
    ("D", _("Date")),
    ("T", _("Date and time")),
    ("L", _("Yes or no")),
    ("M", _("Long text")),
    ("B", _("Double")),
    ("I", _("Integer")),
    ("F", _("Float")),
]


def mask_text(mask: Mapping[str, Any]) -> str:
    """Return a mask as it stands in one cell: the operation and its numbers, joined by colons."""
    return ":".join(str(mask[name]) for name in ("op", "a", "b") if name in mask)


def mask_of(text: str) -> dict[str, Any]:
    """Return the mask that ``mask_text`` wrote; whether it fits the item is checked by the service."""
    op, *numbers = text.split(":")
    if not op:
        return {}
    return {"op": op, **{name: int(value) for name, value in zip(("a", "b"), numbers, strict=False)}}
