"""The code sets and data elements that come with the product, as files."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

from catalog.data.standards.codes import CodeRow

_HERE = Path(__file__).parent
#: Countries have three notations of code; they are kept in one file and shipped as three code sets.
_COUNTRIES = "gbt-2659"


def shipped_code_sets() -> list[dict[str, Any]]:
    """Return what is known of each shipped code set, without its codes."""
    found: list[dict[str, Any]] = json.loads((_HERE / "code_sets.json").read_text(encoding="utf-8"))
    return found


def shipped_codes(name: str) -> list[CodeRow]:
    """Return the codes of a shipped code set; those of the divisions are kept with the regions."""
    if name.startswith(f"{_COUNTRIES}-"):
        return _countries(name.removeprefix(f"{_COUNTRIES}-"))
    with (_HERE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [CodeRow(**row) for row in csv.DictReader(file)]


def _countries(notation: str) -> list[CodeRow]:
    with (_HERE / f"{_COUNTRIES}.csv").open(encoding="utf-8", newline="") as file:
        rows = [
            CodeRow(code=row[notation], label_zh=row["label_zh"], label_en=row["label_en"])
            for row in csv.DictReader(file)
        ]
    return sorted(rows, key=lambda row: row.code)


def shipped_elements() -> list[dict[str, Any]]:
    """Return the shipped data elements."""
    found: list[dict[str, Any]] = json.loads((_HERE / "elements.json").read_text(encoding="utf-8"))
    return found
