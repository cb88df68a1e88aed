"""Where the table lies in a sheet or text: titles above it, header rows of several levels, blank columns, footers."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice, pairwise

from catalog.data.errors import UnreadableFile
from catalog.data.formats.base import Known, Note, Row, clean_header, clean_name, is_blank

WINDOW = 60
"""So many rows are looked at to find the header."""
_SEARCHED = 40
_DEEPEST = 3
_TAIL = 12
_TOTAL = re.compile(r"[（(]?(合计|总计|共计|本页小计|本页合计|grandtotal|total)[）)]?[:：]?", re.IGNORECASE)
_REMARK = re.compile(
    r"(注|备注|附注|说明|填表说明|数据来源|资料来源|来源|制表人?|制表单位|制表日期|填报人?|填报单位|填表人?|审核人?|复核人?|"
    r"负责人|单位负责人|统计负责人|联系人|联系电话|联系方式|打印时间|打印日期|导出时间|导出日期|报出日期|填报日期|note|source|remarks?)"
    r"\s*[\d一二三四五六七八九十]{0,2}\s*[:：].*",
    re.IGNORECASE | re.DOTALL,
)
_NUMBERED_REMARK = re.compile(r"(注|note)\s*[\d一二三四五六七八九十]{0,2}\s*[.、:：].*", re.IGNORECASE | re.DOTALL)
_DIGIT_FIRST = re.compile(r"[-+.¥￥]?\d")


@dataclass(frozen=True)
class Table:
    """The found table: its header, the line of the last header row, and its data rows."""

    header: tuple[str, ...]
    line: int
    rows: Iterator[Row]
    is_simple: bool
    """Whether the header is one row with a name in every cell."""
    score: int
    """How many declared columns the header names."""


def folded(name: str) -> str:
    """Fold width, case and spaces, so that ＡｒｅａCode and "area code" meet."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def find_table(rows: Iterator[Row], known: Known, notes: list[Note]) -> Table:
    """Find the header among the first rows by the declared names, or by its shape where none fits.

    `rows` holds no blank rows. Footers are left out as the rows are read, and noted.
    Raises UnreadableFile: file_empty and what `clean_header` raises.
    """
    window = list(islice(rows, WINDOW))
    if not window:
        raise UnreadableFile("file_empty")
    start, depth, score = _by_names(window, known)
    if not score:
        start, depth = _levels(window, _by_shape(window))
    head, rest = window[start : start + depth], window[start + depth :]
    line = head[-1][0]
    labels = _labels([cells for _, cells in head], known)
    unnamed = _empty_columns(labels, rest)
    header = clean_header(labels, line, unnamed=unnamed)
    if start:
        notes.append(Note("note_title_rows", {"rows": start}))
    if depth > 1:
        notes.append(Note("note_header_rows", {"rows": depth}))
    return Table(
        header=header,
        line=line,
        rows=_without_footer(chain(rest, rows), notes),
        is_simple=depth == 1 and all(header) and len(header) == len(head[0][1]),
        score=score,
    )


def _by_names(window: Sequence[Row], known: Known) -> tuple[int, int, int]:
    """Give start, number of header rows and number of columns recognized, of the best place."""
    best, rank = (0, 1, 0), (0, 0, 0)
    for start in range(min(len(window), _SEARCHED) if known else 0):
        for depth in range(1, min(_DEEPEST, len(window) - start) + 1):
            labels = _labels([cells for _, cells in window[start : start + depth]], known)
            score = len({known[name] for name in map(folded, labels) if name in known})
            # A title above a header reads like a level of it: fewer levels are preferred.
            if score and (score, -depth, -start) > rank:
                best, rank = (start, depth, score), (score, -depth, -start)
    return best


def _by_shape(window: Sequence[Row]) -> int:
    """Take the first row that names about as many columns as most rows fill: titles fill a cell or two."""
    widths = [_filled(cells) for _, cells in window]
    counts = Counter(widths)
    usual = max(counts, key=lambda width: (counts[width], width))
    if usual == 1:
        usual = max(widths)
    enough = 1 if usual == 1 else max(2, -(-usual * 3 // 5))
    for position, (_, cells) in enumerate(window[:_SEARCHED]):
        names = {cell.strip() for cell in cells if cell and not cell.isspace()}
        # A title that was merged over the table stands in every cell of its row.
        if len(names) >= enough and not all(map(_DIGIT_FIRST.match, names)):
            return position
    return next((position for position, width in enumerate(widths[:_SEARCHED]) if width >= enough), 0)


def _levels(window: Sequence[Row], found: int) -> tuple[int, int]:
    """Give start and number of the header rows around the row found: merged cells spread a header over several."""
    start, end = found, found + 1
    while start and end - start < _DEEPEST and _is_level_above(window[start - 1][1], window[start][1]):
        start -= 1
    while end < len(window) - 1 and end - start < _DEEPEST and _is_level_below(window[end - 1][1], window[end][1]):
        end += 1
    return start, end - start


def _is_level_above(above: Sequence[str | None], below: Sequence[str | None]) -> bool:
    upper, lower = _level(above, below)
    names = [name for name in lower if name]
    gaps = any(over and not name for over, name in zip(upper, lower, strict=True))
    return len({name for name in upper if name}) > 1 and (gaps or len(set(names)) < len(names))


def _is_level_below(above: Sequence[str | None], below: Sequence[str | None]) -> bool:
    upper, lower = _level(above, below)
    if any(name and _DIGIT_FIRST.match(name) for name in lower):
        return False
    pairs = list(zip(upper, lower, strict=True))
    fills = any(name and not over for over, name in pairs) and any(over and not name for over, name in pairs)
    # A name that stands in both was merged over both.
    return fills or any(over and over == name for over, name in pairs)


def _level(above: Sequence[str | None], below: Sequence[str | None]) -> tuple[list[str], list[str]]:
    width = max(len(above), len(below))
    return _padded(above, width), _padded(below, width)


def _labels(levels: Sequence[Sequence[str | None]], known: Known) -> list[str]:
    """Give each column its name: the lowest level that has one; with those above where alone it is not unique."""
    width = max(len(cells) for cells in levels)
    rows = [_padded(cells, width) for cells in levels]
    if len(rows) == 1:
        return rows[0]
    for above, below in pairwise(rows):
        _spread(above, below)
    paths = [_path([row[position] for row in rows]) for position in range(width)]
    last = Counter(path[-1] for path in paths if path)
    return [_label(path, known, is_unique=last[path[-1]] == 1) if path else "" for path in paths]


def _spread(above: list[str], below: Sequence[str]) -> None:
    """Let a name that was merged over several columns stand over each of them."""
    for position in range(1, len(above)):
        if not above[position] and below[position] and above[position - 1] and below[position - 1]:
            above[position] = above[position - 1]


def _path(names: Sequence[str]) -> list[str]:
    path: list[str] = []
    for name in names:
        if name and (not path or path[-1] != name):
            path.append(name)
    return path


def _label(path: Sequence[str], known: Known, *, is_unique: bool) -> str:
    joined = ["_".join(path), "".join(path), "-".join(path), "/".join(path)]
    candidates = [path[-1], *joined] if is_unique else joined
    for name in candidates:
        if folded(name) in known:
            return name
    return candidates[0]


def _padded(cells: Sequence[str | None], width: int) -> list[str]:
    names = [clean_name(cell) for cell in cells]
    return names + [""] * (width - len(names))


def _filled(cells: Sequence[str | None]) -> int:
    return sum(1 for cell in cells if cell and not cell.isspace())


def _empty_columns(labels: Sequence[str], rest: Sequence[Row]) -> list[int]:
    """Give the positions that have neither a name nor, in the rows looked at, a value."""
    nameless = [position for position, name in enumerate(labels) if not name]
    return [position for position in nameless if not any(_has(cells, position) for _, cells in rest)]


def _has(cells: Sequence[str | None], position: int) -> bool:
    return position < len(cells) and bool(cells[position]) and not str(cells[position]).isspace()


def is_footer(cells: Sequence[str | None]) -> bool:
    """Say whether a row is a total, a remark or a line of signatures rather than data."""
    filled = [cell.strip().strip("\u3000") for cell in cells if cell and not cell.isspace()]
    if not filled or len(cells) < 1:
        return False
    if _TOTAL.fullmatch("".join(filled[0].split())) and len(cells) > 1:
        return True
    if len(filled) == 1 and _NUMBERED_REMARK.fullmatch(filled[0]):
        return True
    remarks = [bool(_REMARK.fullmatch(text)) for text in filled]
    return remarks[0] and sum(remarks) * 2 >= len(filled)


def tail_has_footer(text: str, delimiter: str) -> bool:
    """Say whether the last lines of a text look like a footer; its first line may be cut."""
    lines = [line for line in text.splitlines()[1:] if line.strip(delimiter + " \t\u3000\x1a")]
    return any(is_footer(line.split(delimiter)) for line in lines[-_TAIL:])


def _without_footer(rows: Iterator[Row], notes: list[Note]) -> Iterator[Row]:
    """Hold back the last rows; what follows the first footer among them is left out when all of it is footer."""
    held: deque[Row] = deque()
    for row in rows:
        held.append(row)
        if len(held) > _TAIL:
            yield held.popleft()
    cut = len(held)
    while cut and (is_footer(held[cut - 1][1]) or _is_tail_of_remark(held, cut)):
        cut -= 1
    for index, row in enumerate(held):
        if index < cut:
            yield row
    for line, cells in islice(held, cut, None):
        text = " ".join(cell.strip() for cell in cells if cell and not cell.isspace())
        notes.append(Note("note_footer", {"line": line, "text": text[:120]}))


def _is_tail_of_remark(held: deque[Row], end: int) -> bool:
    """A remark may run on over rows that hold one long text each, below the row where it begins."""
    row = held[end - 1][1]
    if len(row) == 1 or _filled(row) != 1:
        return False
    for _, cells in reversed(list(islice(held, end - 1))):
        if is_footer(cells):
            return True
        if _filled(cells) != 1:
            return False
    return False


def not_blank(rows: Iterator[Row]) -> Iterator[Row]:
    """Leave out rows that hold nothing."""
    return (row for row in rows if not is_blank(row[1]))
