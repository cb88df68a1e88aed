"""The code sets and data elements that come with the product, as files."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

from catalog.data.standards.codes import CodeRow

_HERE = Path(__file__).parent


def shipped_code_sets() -> list[dict[str, Any]]:
    """Return what is known of each shipped code set, without its codes."""
    found: list[dict[str, Any]] = json.loads((_HERE / "code_sets.json").read_text(encoding="utf-8"))
    return found


def shipped_codes(name: str) -> list[CodeRow]:
    """Return the codes of a shipped code set; those of the divisions are kept with the regions."""
    with (_HERE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [CodeRow(**row) for row in csv.DictReader(file)]


def shipped_elements() -> list[dict[str, Any]]:
    """Return the shipped data elements."""
    found: list[dict[str, Any]] = json.loads((_HERE / "elements.json").read_text(encoding="utf-8"))
    return found
