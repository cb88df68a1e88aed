"""XML as text rows: the element that repeats is the row; its attributes and simple children are the cells."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path

from catalog.data.errors import UnreadableFile
from catalog.data.formats.base import MAX_CELL, MAX_COLUMNS, Note, Row, RowSource, Wish, clean_header
from catalog.data.formats.encoding import detect_encoding
from catalog.data.formats.layout import folded
from catalog.data.formats.xml_stream import MAX_DEPTH, feed, local_name, safe_parser

_MAX_PATHS = 5_000
_DEEPEST = 2
"""So many dots a name of nested values may have."""
_WEB = frozenset({"html", "table", "body", "head", "meta"})
_SPREADSHEET_2003 = "urn:schemas-microsoft-com:office:spreadsheet"

Steps = tuple[str, ...]


@dataclass
class _Shape:
    """What one path of elements looked like over the whole file."""

    count: int = 0
    repeats: bool = False
    fields: dict[str, None] = field(default_factory=dict)


def open_xml(path: Path, wish: Wish) -> RowSource:
    """Open an XML file by reading it twice: once for its shape, once for its rows.

    The row is the outermost element that repeats beside its like and has values; among several, the one whose
    names the data items know best. Values one level deeper are named `parent.child`.
    Raises UnreadableFile: xml_syntax, xml_entities, xml_deep, xml_shape, web_page, nested_column, header errors.
    """
    encoding = detect_encoding(path)
    shapes = _survey(path, encoding)
    row = _row_path(shapes, wish)
    names = list(shapes[row].fields)
    header = clean_header(names, 1)
    rows = _rows(path, encoding, row, names)
    notes = [Note("note_xml_row", {"path": "/".join(row)})]
    return RowSource(format="xml", encoding=encoding, header=header, rows=rows, notes=notes, close=rows.close)


class _Surveyor:
    """Counts the paths of elements and the values under each."""

    def __init__(self) -> None:
        self.shapes: dict[Steps, _Shape] = {}
        self.path: list[str] = []
        self.seen: list[set[str]] = [set()]
        self.is_leaf: list[bool] = []
        self.attributes: list[list[str]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Enter an element."""
        name = local_name(name)
        if not self.path and (name.lower() in _WEB or _SPREADSHEET_2003 in attributes.values()):
            raise UnreadableFile("web_page")
        if len(self.path) >= MAX_DEPTH:
            raise UnreadableFile("xml_deep", limit=MAX_DEPTH)
        if self.is_leaf:
            self.is_leaf[-1] = False
        self.path.append(name)
        shape = self.shapes.setdefault(tuple(self.path), _Shape())
        if len(self.shapes) > _MAX_PATHS:
            raise UnreadableFile("xml_shape")
        shape.count += 1
        shape.repeats = shape.repeats or name in self.seen[-1]
        self.seen[-1].add(name)
        self.seen.append(set())
        self.is_leaf.append(True)
        self.attributes.append([local_name(key) for key in attributes if _is_value(key)])

    def end(self, _: str) -> None:
        """Leave an element: a leaf is a value of what holds it, and of what holds that."""
        steps = tuple(self.path)
        names = self.attributes.pop()
        self.shapes[steps].fields.update(dict.fromkeys(names))
        if self.is_leaf.pop() and len(steps) > 1:
            self.shapes[steps[:-1]].fields[steps[-1]] = None
        if len(steps) > 1:
            inner = self.shapes[steps].fields if not self.shapes[steps].repeats else {}
            outer = self.shapes[steps[:-1]].fields
            for name in inner:
                if len(outer) <= MAX_COLUMNS and name.count(".") < _DEEPEST:
                    outer[f"{steps[-1]}.{name}"] = None
        self.path.pop()
        self.seen.pop()


def _is_value(key: str) -> bool:
    return not key.startswith("xmlns") and not key.startswith("xsi:")


def _survey(path: Path, encoding: str) -> dict[Steps, _Shape]:
    surveyor = _Surveyor()
    parser = safe_parser()
    parser.StartElementHandler = surveyor.start
    parser.EndElementHandler = surveyor.end
    with path.open(encoding=encoding) as stream:
        for _ in feed(parser, stream, lambda: False):
            pass
    return surveyor.shapes


def _row_path(shapes: dict[Steps, _Shape], wish: Wish) -> Steps:
    able = {steps: shape for steps, shape in shapes.items() if shape.fields and len(steps) > 1}

    def known(steps: Steps) -> int:
        return sum(folded(name) in wish.known for name in able[steps].fields)

    repeating = [steps for steps in able if able[steps].repeats]
    if repeating:
        return max(repeating, key=lambda steps: (known(steps), -len(steps), able[steps].count))
    if not able:
        raise UnreadableFile("xml_shape")
    # A file of a single record repeats nothing: the record is the element with the most values.
    return max(able, key=lambda steps: (known(steps), len(able[steps].fields), -len(steps)))


class _Reader:
    """Gathers the values of one row element after the other."""

    def __init__(self, row: Steps, names: list[str]) -> None:
        self.row = list(row)
        self.positions = {name: position for position, name in enumerate(names)}
        self.path: list[str] = []
        self.rows: list[tuple[int, list[str | None]]] = []
        self.cells: list[str | None] | None = None
        self.text: list[str] = []
        self.line = 0
        self.parser = safe_parser()
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text.append

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Enter an element; the row element begins a row."""
        self.path.append(local_name(name))
        self.text.clear()
        if self.cells is None and self.path == self.row:
            # Two rows on one line are two rows: the number stays unique and ascending.
            self.line = max(self.line + 1, self.parser.CurrentLineNumber)
            self.cells = [None] * len(self.positions)
        if self.cells is not None:
            prefix = "".join(f"{step}." for step in self.path[len(self.row) :])
            for key, value in attributes.items():
                if _is_value(key):
                    self.put(prefix + local_name(key), value)

    def end(self, _: str) -> None:
        """Leave an element: keep its text, and give the row out at its end."""
        if self.cells is not None:
            if len(self.path) == len(self.row):
                self.rows.append((self.line, self.cells))
                self.cells = None
            else:
                text = "".join(self.text).strip()
                if text:
                    self.put(".".join(self.path[len(self.row) :]), text)
        self.text.clear()
        self.path.pop()

    def put(self, name: str, value: str) -> None:
        """Set a cell once. Raises UnreadableFile: nested_column, cell_too_long."""
        position = self.positions.get(name)
        if position is None or self.cells is None:
            raise UnreadableFile("nested_column", name=name)
        if self.cells[position] is not None:
            raise UnreadableFile("repeated_value", name=name, line=self.parser.CurrentLineNumber)
        if len(value) > MAX_CELL:
            raise UnreadableFile("cell_too_long", line=self.parser.CurrentLineNumber, limit=MAX_CELL)
        self.cells[position] = value


def _rows(path: Path, encoding: str, row: Steps, names: list[str]) -> Generator[Row, None, None]:
    reader = _Reader(row, names)
    with path.open(encoding=encoding) as stream:
        for _ in feed(reader.parser, stream, lambda: False):
            yield from reader.rows
            reader.rows.clear()
