"""The texts that the cells of an XLSX share."""

from __future__ import annotations

import zipfile
from array import array
from dataclasses import dataclass, field

from catalog.data.errors import UnreadableFile
from catalog.data.formats.workbook.cells import checked
from catalog.data.formats.workbook.xlsx.parts import parse_part
from catalog.data.formats.xml_stream import local_name

MAX_STRINGS = 600 << 20
"""Bytes of different texts a workbook may hold; they are kept in memory while its rows are read."""


@dataclass
class Strings:
    """The texts of a workbook, packed: as Python objects they would take several times the room."""

    packed: bytearray = field(default_factory=bytearray)
    ends: array[int] = field(default_factory=lambda: array("Q", [0]))

    def add(self, text: str) -> None:
        """Add the next text. Raises UnreadableFile: workbook_large."""
        self.packed += text.encode("utf-8", "surrogatepass")
        if len(self.packed) > MAX_STRINGS:
            raise UnreadableFile("workbook_large")
        self.ends.append(len(self.packed))

    def __getitem__(self, number: int) -> str:
        return self.packed[self.ends[number] : self.ends[number + 1]].decode("utf-8", "replace")


class _StringHandlers:
    """Handlers that gather the shared texts; how a text is read aloud (rPh) is no part of it."""

    def __init__(self) -> None:
        self.strings = Strings()
        self.text: list[str] = []
        self.is_text = self.is_phonetic = False

    def start(self, name: str, _: dict[str, str]) -> None:
        """Enter a text."""
        name = local_name(name)
        if name == "si":
            self.text.clear()
        elif name == "rPh":
            self.is_phonetic = True
        elif name == "t":
            self.is_text = not self.is_phonetic

    def end(self, name: str) -> None:
        """Leave a text."""
        name = local_name(name)
        if name == "si":
            self.strings.add(checked("".join(self.text)))
        elif name == "rPh":
            self.is_phonetic = False
        elif name == "t":
            self.is_text = False

    def characters(self, data: str) -> None:
        """Keep what belongs to a text."""
        if self.is_text:
            self.text.append(data)


def read_strings(archive: zipfile.ZipFile) -> Strings:
    """Read the shared texts; a workbook without any has none. Raises UnreadableFile: workbook_large."""
    handlers = _StringHandlers()
    if "xl/sharedStrings.xml" in archive.namelist():
        parse_part(archive, "xl/sharedStrings.xml", handlers.start, handlers.end, handlers.characters)
    return handlers.strings
