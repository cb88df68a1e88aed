"""Writes the code sets and data elements that come with the product; what an installation changed stays."""

import csv
from pathlib import Path
from typing import Any

from catalog.data.standards.codes import CodeRow
from catalog.data.standards.shipped import shipped_code_sets, shipped_codes, shipped_elements
from catalog.models import CodeSet, CodeSetVersion, Element
from catalog.services.codes_of_sets import write_codes
from portal import accounts

_REGIONS = Path(accounts.__file__).parent / "data" / "jilin_regions.csv"
_DIVISIONS = "gbt-2260-jilin"
#: A private code of the installation is never printed as a code of GB/T 2260.
_PRIVATE = "P"


def division_codes() -> list[CodeRow]:
    """Return the divisions of the province by their GB/T 2260 codes, from the regions that accounts belong to."""
    with _REGIONS.open(encoding="utf-8", newline="") as file:
        return [
            CodeRow(code=row["code"], label_zh=row["name_zh"], label_en=row["name_en"], parent=row["parent"])
            for row in csv.DictReader(file)
            if not row["code"].startswith(_PRIVATE)
        ]


def load_standards() -> int:
    """Write the shipped code sets and elements that are not there yet, in force; returns how many were written."""
    known = set(CodeSet.objects.values_list("code", flat=True))
    missing = [row for row in shipped_code_sets() if row["code"] not in known]
    for row in missing:
        _load_code_set(row)
    sets = {code_set.code: code_set for code_set in CodeSet.objects.all()}
    present = set(Element.objects.values_list("identifier", flat=True))
    elements = [_element(row, sets) for row in shipped_elements() if row["identifier"] not in present]
    Element.objects.bulk_create(elements)
    return len(missing) + len(elements)


def _load_code_set(row: dict[str, Any]) -> None:
    texts = {name: row[name] for name in ("code", "name_zh", "name_en", "source", "note")}
    version = CodeSetVersion.objects.create(
        code_set=CodeSet.objects.create(**texts), number=row["number"], state="in_force", valid_from=row["valid_from"]
    )
    write_codes(version, division_codes() if row["code"] == _DIVISIONS else shipped_codes(row["code"]))


def _element(row: dict[str, Any], sets: dict[str, CodeSet]) -> Element:
    fields = {name: value for name, value in row.items() if name != "code_set"}
    return Element(**fields, code_set=sets.get(row["code_set"]), state="in_force")
