"""Lists of codes read from files with a report of what is wrong, and two such lists compared."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from catalog.data.formats import open_rows

LONGEST_CODE, LONGEST_LABEL, MOST_CODES = 60, 200, 100_000
#: Heads of columns that are taken for a field, besides its own name.
_HEADS: Mapping[str, tuple[str, ...]] = {
    "code": ("code", "代码", "编码", "值", "value"),
    "label_zh": ("label_zh", "名称", "中文名称", "标签", "label", "name", "name_zh"),
    "label_en": ("label_en", "英文名称", "英文", "name_en"),
    "parent": ("parent", "上级代码", "上级", "父代码"),
    "valid_from": ("valid_from", "启用日期", "生效日期"),
    "valid_to": ("valid_to", "停用日期", "失效日期"),
}
FIELDS = tuple(_HEADS)


@dataclass(frozen=True, kw_only=True)
class CodeRow:
    """One code as it is written in a file: texts, dates as ISO text or empty."""

    code: str
    label_zh: str
    label_en: str = ""
    parent: str = ""
    valid_from: str = ""
    valid_to: str = ""


@dataclass(frozen=True)
class CodeProblem:
    """What is wrong with one line: the line in the file, the field, a code of ``catalog.messages`` and the value."""

    line: int
    field: str
    reason: str
    value: str = ""


@dataclass(frozen=True)
class CodeFile:
    """What a file holds: the rows that could be read, and everything that is wrong with it."""

    rows: tuple[CodeRow, ...]
    problems: tuple[CodeProblem, ...]


@dataclass(frozen=True)
class CodeChange:
    """A code that differs between two lists: which fields, before and after."""

    code: str
    before: CodeRow | None
    after: CodeRow | None

    @property
    def kind(self) -> str:
        """``added``, ``removed`` or ``changed``."""
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "changed"

    @property
    def fields(self) -> tuple[tuple[str, str, str], ...]:
        """The fields that differ, with both values."""
        before, after = (asdict(row) if row else dict.fromkeys(FIELDS, "") for row in (self.before, self.after))
        return tuple((name, before[name], after[name]) for name in FIELDS if before[name] != after[name])


def read_codes(path: Path, filename: str) -> CodeFile:
    """Read a list of codes from CSV, TSV, a spreadsheet, JSON or NDJSON; heads in Chinese or English.

    Raises UnreadableFile when the file cannot be read at all; everything else that is wrong is reported by line.
    """
    with open_rows(path, filename) as source:
        places = _places(source.header)
        missing = [CodeProblem(1, name, "code_column_missing") for name in ("code", "label_zh") if name not in places]
        if missing:
            return CodeFile((), tuple(missing))
        rows: list[CodeRow] = []
        problems: list[CodeProblem] = []
        lines: dict[str, int] = {}
        for line, cells in source.rows:
            values = {name: _cell(cells, place) for name, place in places.items()}
            if not any(values.values()):
                continue
            row = CodeRow(**{**dict.fromkeys(FIELDS, ""), **values})
            problems += _problems(line, row, lines)
            lines.setdefault(row.code, line)
            rows.append(row)
    problems += [
        CodeProblem(lines[row.code], "parent", "code_parent_unknown", row.parent)
        for row in rows
        if row.parent and row.parent not in lines
    ]
    problems += [CodeProblem(lines[code], "parent", "code_parent_circle", code) for code in circles(rows)]
    return CodeFile(tuple(rows), tuple(sorted(problems, key=lambda problem: problem.line)))


def _places(header: Sequence[str]) -> dict[str, int]:
    known = {head: name for name, heads in _HEADS.items() for head in heads}
    places: dict[str, int] = {}
    for place, head in enumerate(header):
        name = known.get(head.strip().lower())
        if name is not None:
            places.setdefault(name, place)
    return places


def _cell(cells: Sequence[str | None], place: int) -> str:
    text = (cells[place] if place < len(cells) else None) or ""
    return text.strip().strip("\u3000").removeprefix("'").strip()


def _problems(line: int, row: CodeRow, lines: Mapping[str, int]) -> list[CodeProblem]:
    found = []
    if not row.code:
        found.append(CodeProblem(line, "code", "null"))
    elif row.code in lines:
        found.append(CodeProblem(line, "code", "code_twice", row.code))
    if not row.label_zh:
        found.append(CodeProblem(line, "label_zh", "null"))
    if len(row.code) > LONGEST_CODE:
        found.append(CodeProblem(line, "code", "length", row.code[:LONGEST_CODE]))
    found += [
        CodeProblem(line, name, "length", getattr(row, name)[:LONGEST_CODE])
        for name in ("label_zh", "label_en")
        if len(getattr(row, name)) > LONGEST_LABEL
    ]
    if len(lines) >= MOST_CODES:
        found.append(CodeProblem(line, "code", "code_many"))
    days = {name: getattr(row, name) for name in ("valid_from", "valid_to")}
    wrong = [CodeProblem(line, name, "date", value) for name, value in days.items() if value and not _is_day(value)]
    if not wrong and all(days.values()) and days["valid_to"] < days["valid_from"]:
        wrong.append(CodeProblem(line, "valid_to", "code_days_crossed", days["valid_to"]))
    return found + wrong


def _is_day(text: str) -> bool:
    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def circles(rows: Iterable[CodeRow]) -> list[str]:
    """Return the codes that lie under themselves, directly or over others."""
    parents = {row.code: row.parent for row in rows if row.parent}
    found = []
    for code in parents:
        seen, at = {code}, parents.get(code, "")
        while at and at not in seen:
            seen.add(at)
            at = parents.get(at, "")
        if at == code:
            found.append(code)
    return found


def compare_codes(before: Iterable[CodeRow], after: Iterable[CodeRow]) -> list[CodeChange]:
    """Return what differs between two lists, by code, in the order of the codes."""
    old, new = ({row.code: row for row in rows} for rows in (before, after))
    return [
        CodeChange(code, old.get(code), new.get(code))
        for code in sorted(old.keys() | new.keys())
        if old.get(code) != new.get(code)
    ]
