"""Reads the demonstration's data files: JSON records and where the tables lie."""

import csv
import json
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
FILES = DATA / "files"
REGIONS = Path(__file__).parents[1] / "accounts" / "data" / "jilin_regions.csv"


@cache
def records(name: str) -> list[dict[str, Any]]:
    """Return the records of ``data/<name>.json`` in their order (read once; do not change them)."""
    found: list[dict[str, Any]] = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    return found


def regions() -> list[dict[str, str]]:
    """Return the divisions of Jilin, parents first, with the two private codes at the end."""
    with REGIONS.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))
