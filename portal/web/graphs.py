"""Geometry of a small drawn graph in three columns: nodes in, SVG attributes out, no style and no script."""

from collections.abc import Sequence
from dataclasses import dataclass

NODE_WIDTH = 320
NODE_HEIGHT = 52
GAP = 14
CHANNEL = 90
WIDTH = 3 * NODE_WIDTH + 2 * CHANNEL
#: Letters that fit a node; a Chinese character takes the room of two.
LETTERS = 32
_WIDE_FROM = 0x2E80


@dataclass(frozen=True, slots=True)
class Node:
    """A thing to draw: its name, what it is, where it leads; ``faint`` for what is over."""

    label: str
    note: str
    url: str
    faint: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """A node with its place in the drawing's own units; ``text`` is its label cut to the room there is."""

    node: Node
    x: int
    y: int
    text: str
    width: int = NODE_WIDTH
    height: int = NODE_HEIGHT

    @property
    def text_x(self) -> int:
        """Where the words begin."""
        return self.x + 12

    @property
    def text_y(self) -> int:
        """The base line of the name."""
        return self.y + 22

    @property
    def note_y(self) -> int:
        """The base line of what it is."""
        return self.y + 41


@dataclass(frozen=True, slots=True)
class Graph:
    """A drawing: its nodes, the paths between them, the size of its view box."""

    nodes: tuple[Placed, ...]
    paths: tuple[str, ...]
    height: int
    width: int = WIDTH


def three_columns(left: Sequence[Node], middle: Node, right: Sequence[Node]) -> Graph:
    """Place ``left`` and ``right`` in columns beside ``middle``, and draw a line from each to it."""
    rows = max(len(left), len(right), 1)
    height = rows * (NODE_HEIGHT + GAP) + GAP
    center = _placed(middle, NODE_WIDTH + CHANNEL, (height - NODE_HEIGHT) // 2)
    before = _column(left, 0, height)
    after = _column(right, 2 * (NODE_WIDTH + CHANNEL), height)
    paths = [*(_path(one, center) for one in before), *(_path(center, one) for one in after)]
    return Graph((*before, center, *after), tuple(paths), height)


def _column(nodes: Sequence[Node], x: int, height: int) -> list[Placed]:
    top = (height - len(nodes) * (NODE_HEIGHT + GAP) + GAP) // 2
    return [_placed(node, x, top + at * (NODE_HEIGHT + GAP)) for at, node in enumerate(nodes)]


def _placed(node: Node, x: int, y: int) -> Placed:
    return Placed(node, x, y, _cut(node.label))


def _path(start: Placed, end: Placed) -> str:
    x1, y1 = start.x + NODE_WIDTH, start.y + NODE_HEIGHT // 2
    x2, y2 = end.x, end.y + NODE_HEIGHT // 2
    half = (x1 + x2) // 2
    return f"M{x1} {y1}C{half} {y1} {half} {y2} {x2} {y2}"


def _cut(text: str) -> str:
    room = LETTERS
    for at, letter in enumerate(text):
        room -= 2 if ord(letter) >= _WIDE_FROM else 1
        if room < 1:
            return f"{text[:at]}…"
    return text
