"""XML read piece by piece without trusting it: no document types, no entities, no endless depth."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import IO
from xml.parsers import expat

from catalog.data.errors import UnreadableFile

CHUNK = 1 << 17
MAX_DEPTH = 200


def safe_parser() -> expat.XMLParserType:
    """Make a parser that refuses what hostile XML is made of.

    Entities can grow a kilobyte to a gigabyte or fetch a file of the server; no table needs them.
    Its handlers raise UnreadableFile: xml_entities.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.EntityDeclHandler = _refuse
    parser.UnparsedEntityDeclHandler = _refuse
    parser.ExternalEntityRefHandler = _refuse
    return parser


def _refuse(*_: object) -> int:
    raise UnreadableFile("xml_entities")


def feed(parser: expat.XMLParserType, stream: IO[bytes] | IO[str], taken: Callable[[], bool]) -> Iterator[None]:
    """Feed a stream to its end, pausing after each piece; stops when `taken` says that enough was seen.

    Raises UnreadableFile: xml_syntax (line).
    """
    while True:
        block = stream.read(CHUNK)
        try:
            parser.Parse(block, not block)
        except expat.ExpatError as error:
            raise UnreadableFile("xml_syntax", line=error.lineno) from error
        yield
        if not block or taken():
            return


def local_name(name: str) -> str:
    """Give the name without its namespace prefix."""
    return name.rpartition(":")[2]
