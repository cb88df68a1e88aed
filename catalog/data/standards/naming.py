"""Rules for names of columns: small Latin words joined by ``_``, taken from a list; each fault with a suggestion."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pypinyin import lazy_pinyin

LONGEST_NAME = 30
_FORM = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_CHINESE = re.compile(r"[\u3400-\u9fff]")
#: Where a word begins in a name such as areaCode.
_WORD_BEGINS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_RESERVED = frozenset({
    "all", "and", "as", "asc", "between", "by", "case", "check", "column", "create", "date", "default", "desc",
    "distinct", "drop", "else", "end", "exists", "false", "from", "group", "having", "in", "index", "insert", "into",
    "is", "join", "key", "like", "limit", "not", "null", "offset", "on", "or", "order", "primary", "select", "set",
    "table", "then", "to", "true", "union", "unique", "update", "user", "values", "view", "when", "where", "with",
})  # fmt: skip
_INITIALS = re.compile(r"[bcdfghjklmnpqrstvwxyz]{3,}[0-9]*")
_GENERIC = re.compile(r"(c|col|column|field|f|item|ziduan|lie|shuxing)_?[0-9]+")


@dataclass(frozen=True)
class NameAdvice:
    """What is wrong with a column name (codes of ``catalog.messages``) and a better one; both may be empty."""

    faults: tuple[str, ...]
    suggestion: str = ""


def suggested_name(title: str, words: Mapping[str, str]) -> str:
    """Make a column name from a Chinese title: the longest known words first, pinyin for what no word covers."""
    parts: list[str] = []
    rest = re.sub(r"[（(].*?[）)]", "", title).strip()
    longest = max((len(word) for word in words), default=1)
    unknown = ""
    while rest:
        size = next((size for size in range(min(longest, len(rest)), 0, -1) if rest[:size] in words), 0)
        if size:
            parts += [*_latin(unknown), words[rest[:size]]]
            unknown, rest = "", rest[size:]
        else:
            unknown, rest = unknown + rest[0], rest[1:]
    parts += _latin(unknown)
    name = re.sub(r"_+", "_", "_".join(parts)).strip("_")[:LONGEST_NAME].strip("_")
    if name in _RESERVED:
        name = f"{name}_value"
    return name if not name[:1].isdigit() else f"c_{name}"[:LONGEST_NAME]


def _latin(text: str) -> list[str]:
    if not text.strip():
        return []
    latin = "".join(lazy_pinyin(text)) if _CHINESE.search(text) else _WORD_BEGINS.sub("_", text)
    return [re.sub(r"[^a-z0-9]+", "_", latin.lower()).strip("_")]


def check_name(name: str, title: str, words: Mapping[str, str]) -> NameAdvice:
    """Say what is wrong with the column name of an item whose Chinese name is ``title``."""
    faults = []
    if not _FORM.fullmatch(name):
        faults.append("name_form")
    if len(name) > LONGEST_NAME:
        faults.append("name_long")
    if name.lower() in _RESERVED:
        faults.append("name_reserved")
    if _GENERIC.fullmatch(name.lower()):
        faults.append("name_generic")
    elif _is_initials(name.lower(), title):
        faults.append("name_initials")
    if not faults:
        return NameAdvice(())
    better = suggested_name(title, words)
    return NameAdvice(tuple(faults), better if better != name else "")


def _is_initials(name: str, title: str) -> bool:
    """Say whether a name is the first letters of the title's pinyin, which nobody can read back."""
    if not _INITIALS.fullmatch(name):
        return False
    first = "".join(syllable[:1] for syllable in lazy_pinyin("".join(_CHINESE.findall(title))))
    return name.rstrip("0123456789") == first
