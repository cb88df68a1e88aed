"""The small parts of an XLSX: which sheets it has, where they lie and which styles show dates."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import PurePosixPath

from catalog.data.formats.workbook.cells import BUILTIN_DATES, is_date_format
from catalog.data.formats.xml_stream import feed, local_name, safe_parser

Start = Callable[[str, dict[str, str]], object]


def parse_part(
    archive: zipfile.ZipFile,
    part: str,
    start: Start,
    end: Callable[[str], object] | None = None,
    characters: Callable[[str], object] | None = None,
) -> None:
    """Run the handlers over one part of the archive."""
    parser = safe_parser()
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, characters
    with archive.open(part) as stream:
        for _ in feed(parser, stream, lambda: False):
            pass


def sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Give the part of each relation of the workbook."""
    found: dict[str, str] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        if local_name(name) == "Relationship" and attributes.get("Type", "").endswith("/worksheet"):
            target = attributes["Target"]
            part = target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)
            found[attributes["Id"]] = part

    parse_part(archive, "xl/_rels/workbook.xml.rels", start)
    return found


def listed_sheets(archive: zipfile.ZipFile) -> tuple[list[tuple[str, str, bool]], bool]:
    """Give name, relation and "hidden" of each sheet, and whether days count from 1904."""
    listed: list[tuple[str, str, bool]] = []
    from_1904: list[bool] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if local_name(name) == "sheet":
            link = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            listed.append((attributes.get("name", ""), link, attributes.get("state", "visible") != "visible"))
        elif local_name(name) == "workbookPr":
            from_1904.append(attributes.get("date1904", "0") in {"1", "true"})

    parse_part(archive, "xl/workbook.xml", start)
    return listed, any(from_1904)


def date_styles(archive: zipfile.ZipFile) -> frozenset[str]:
    """Give the numbers of the cell styles that show dates."""
    codes: dict[str, str] = {}
    styles: list[str] = []
    inside: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        name = local_name(name)
        inside.append(name)
        if name == "numFmt":
            codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name == "xf" and "cellXfs" in inside:
            styles.append(attributes.get("numFmtId", "0"))

    if "xl/styles.xml" not in archive.namelist():
        return frozenset()
    parse_part(archive, "xl/styles.xml", start, lambda _: inside.pop())
    return frozenset(
        str(number)
        for number, code in enumerate(styles)
        if (is_date_format(codes[code]) if code in codes else code.isdigit() and int(code) in BUILTIN_DATES)
    )
