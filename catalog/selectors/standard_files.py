"""Elements and codes as tables for files; what is exported can be imported again."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import astuple

from catalog.data.standards.codes import FIELDS
from catalog.models import CodeSetVersion, Element
from catalog.selectors.standards import code_rows

_HEAD = (
    "identifier", "version", "name_zh", "name_en", "synonyms", "definition", "type", "length", "pattern", "check_rule",
    "code_set", "unit", "source",
)  # fmt: skip


def element_table(elements: Iterable[Element]) -> Iterator[list[str]]:
    """Yield a head and one row for each element, as text."""
    yield list(_HEAD)
    for element in elements:
        yield [_text(element, name) for name in _HEAD]


def _text(element: Element, name: str) -> str:
    if name == "code_set":
        return element.code_set.code if element.code_set else ""
    value = getattr(element, name)
    return ";".join(value) if isinstance(value, list) else "" if value is None else str(value)


def code_table(version: CodeSetVersion) -> Iterator[list[str]]:
    """Yield a head and one row for each code, as text."""
    yield list(FIELDS)
    for row in code_rows(version):
        yield [str(value) for value in astuple(row)]


def render_json(rows: Iterable[list[str]]) -> bytes:
    """Return a table with its head as a JSON list of objects."""
    head, *body = rows
    return json.dumps([dict(zip(head, row, strict=True)) for row in body], ensure_ascii=False, indent=1).encode()
