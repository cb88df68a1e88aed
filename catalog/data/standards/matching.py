"""Which data element a column probably is: by its names, its type, and what its values are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pypinyin import lazy_pinyin

from catalog.data.schema import ItemType

#: From this score on a suggestion is shown; an exact name alone passes it, a similar one needs a second reason.
ENOUGH = 50
_EXACT, _OTHER, _LATIN, _PART, _FINDING, _CODES, _TYPE_MISMATCH = 70, 65, 60, 35, 40, 40, 40
_OVERLAP, _FEW = 0.9, 2
_WORDS = re.compile(r"[a-z0-9]+")
_SHORTEST_PART = 2


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A data element as the comparison needs it."""

    identifier: str
    name_zh: str
    name_en: str = ""
    synonyms: tuple[str, ...] = ()
    type: ItemType = ItemType.STRING
    check: str = ""
    codes: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is known of a column: its names, its type, frequent values and the kind of sensitive data found in it."""

    title: str
    name: str
    name_en: str = ""
    type: ItemType = ItemType.STRING
    values: tuple[str, ...] = ()
    finding: str = ""


@dataclass(frozen=True)
class Match:
    """A suggestion with its score (0 to 100) and the reasons, as codes of ``catalog.messages``."""

    identifier: str
    score: int
    reasons: tuple[str, ...] = field(default=())


def suggestions(known: Known, candidates: Iterable[Candidate], most: int = 3) -> list[Match]:
    """Return the elements that fit best, the best first; none when nothing passes ``ENOUGH``."""
    found = [match for match in (_match(known, candidate) for candidate in candidates) if match.score >= ENOUGH]
    return sorted(found, key=lambda match: (-match.score, match.identifier))[:most]


def _match(known: Known, candidate: Candidate) -> Match:
    score, reasons = _named(known, candidate)
    if candidate.check and candidate.check == known.finding:
        score, reasons = score + _FINDING, [*reasons, "match_check"]
    if candidate.codes and known.values:
        share = sum(value in candidate.codes for value in known.values) / len(known.values)
        if share >= _OVERLAP and len(known.values) >= _FEW:
            score, reasons = score + _CODES, [*reasons, "match_codes"]
        elif not share:
            score -= _CODES
    if not _same_family(known.type, candidate.type):
        score -= _TYPE_MISMATCH
    return Match(candidate.identifier, max(0, min(score, 100)), tuple(reasons))


def _named(known: Known, candidate: Candidate) -> tuple[int, list[str]]:
    title = known.title.strip()
    if title == candidate.name_zh:
        return _EXACT, ["match_name"]
    if title in candidate.synonyms:
        return _OTHER, ["match_synonym"]
    latin = {_latin(text) for text in (known.name, known.name_en) if text}
    names = (candidate.name_en, *(word for word in candidate.synonyms if word.isascii()))
    if latin & {_latin(name) for name in names if name}:
        return _LATIN, ["match_english"]
    pinyin = {"".join(lazy_pinyin(text)) for text in (candidate.name_zh, *candidate.synonyms) if not text.isascii()}
    if _latin(known.name).replace("_", "") in pinyin:
        return _LATIN, ["match_pinyin"]
    names_zh: Sequence[str] = [text for text in (candidate.name_zh, *candidate.synonyms) if not text.isascii()]
    if any(len(text) >= _SHORTEST_PART and (text in title or title in text) for text in names_zh if title):
        return _PART, ["match_part"]
    return 0, []


def _latin(text: str) -> str:
    return "_".join(_WORDS.findall(re.sub(r"([a-z])([A-Z])", r"\1_\2", text).lower()))


def _same_family(one: ItemType, other: ItemType) -> bool:
    families = ("is_text", "is_number", "is_time")
    return one == other or any(getattr(one, name) and getattr(other, name) for name in families)
