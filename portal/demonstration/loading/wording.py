"""Puts the two languages of the data files where the portal keeps one text, and words where it keeps codes."""

from collections.abc import Mapping
from typing import Any

from portal.kernel.classification import LegalBasisKind, OpeningType, SharingType

UPDATE_CYCLES = {
    "real_time": 1,
    "daily": 2,
    "weekly": 3,
    "monthly": 4,
    "quarterly": 5,
    "half_yearly": 6,
    "yearly": 7,
    "irregular": 8,
    "never": 9,
}
METHODS = {"service_interface": "interface", "batch_exchange": "exchange", "file_download": "file"}


def both(row: Mapping[str, Any], name: str, separator: str = "\n") -> str:
    """Return a text of a record in Chinese and English, one below the other."""
    return separator.join(text for text in (row.get(f"{name}_zh", ""), row.get(f"{name}_en", "")) if text)


def item_fields(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a data item as ``catalog.services.set_items`` takes it; what the record leaves out is unconditional."""
    basis = row.get("basis", {})
    return {
        "code": row["name"],
        "name_zh": row["title_zh"],
        "name_en": row["title_en"],
        "type": row["type"],
        "length": row["length"] or None,
        "is_key": row.get("pk", False),
        "is_nullable": row.get("nullable", False),
        "description": both(row, "description"),
        "sharing_type": SharingType[row.get("sharing", "unconditional").upper()],
        "sharing_condition": both(row, "condition"),
        "opening_type": OpeningType[row.get("opening", "unconditional").upper()],
        "opening_condition": both(row, "opening_condition"),
        "grade": row.get("grade", 1),
        "basis_kind": LegalBasisKind[basis["kind"].upper()] if basis else None,
        "basis_document": basis.get("document", ""),
        "basis_article": basis.get("article", ""),
        "reason": both(row, "reason"),
        "mask": row.get("mask", {}),
        "privacy_role": row.get("privacy_role", ""),
    }


def resource_fields(row: Mapping[str, Any], categories: Mapping[str, Any]) -> dict[str, Any]:
    """Return the description of a resource as ``catalog.services.create_resource`` takes it."""
    conditions = {both(item, "condition"): None for item in row["items"] if item.get("sharing") == "conditional"}
    return {
        "title_zh": row["name_zh"],
        "title_en": row["name_en"],
        "abstract_zh": row["abstract_zh"],
        "abstract_en": row["abstract_en"],
        "keywords": [*row["keywords_zh"], *row["keywords_en"]],
        "category": categories[row["category"]],
        "theme": categories[row["theme"]],
        "format": "text",
        "update_cycle": UPDATE_CYCLES[row["update_cycle"]],
        "sharing_method": METHODS[row["method"]],
        "use_conditions": "\n".join(conditions),
        "source_note": both(row, "source"),
        "secrecy_assessment": both(row, "secrecy"),
        "privacy_assessment": both(row, "privacy"),
    }
