"""Cuts Chinese and Latin text into the words of the search index; the same cut serves writing and asking."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

import rjieba
from pypinyin import lazy_pinyin

_RUNS = re.compile(r"[\u3400-\u9fff\U00020000-\U0002ffff]+|[^\W_]+", re.UNICODE)
_CHINESE = re.compile(r"[\u3400-\u9fff\U00020000-\U0002ffff]")
_LONGEST = 64


def normalized(text: str) -> str:
    """Return text in half width, small letters and single spaces (NFKC)."""
    return " ".join(unicodedata.normalize("NFKC", text).lower().split())


def is_chinese(text: str) -> bool:
    """Say whether the text holds a Chinese character."""
    return bool(_CHINESE.search(text))


def _pairs(run: str) -> Iterator[str]:
    yield from (run[i : i + 2] for i in range(len(run) - 1))


def runs(text: str) -> list[str]:
    """Return the unbroken stretches of Chinese characters and of Latin letters and digits, in order."""
    return _RUNS.findall(normalized(text))


def index_words(text: str) -> list[str]:
    """Return the words to store for ``text``: cut words, their parts, and pairs of characters.

    Pairs make a search independent of where the dictionary cuts ("区划" is found inside "行政区划").
    """
    found: dict[str, None] = {}
    for run in runs(text):
        if is_chinese(run):
            found.update(dict.fromkeys(word for word in rjieba.cut_for_search(run) if word.strip()))
            found.update(dict.fromkeys(_pairs(run)))
            found.update(dict.fromkeys(run))
        found.setdefault(run[:_LONGEST])
    return list(found)


def title_words(text: str) -> list[str]:
    """Return the words of at least two characters that a text says, each once, in order; not their parts."""
    found: dict[str, None] = {}
    for run in runs(text):
        cut = rjieba.cut(run) if is_chinese(run) else [run[:_LONGEST]]
        found.update(dict.fromkeys(word for word in cut if len(word) > 1))
    return list(found)


def pinyin_words(text: str) -> list[str]:
    """Return pinyin of a title: each word in full, and from every word to the end in full and in initials.

    With prefix search on the last word, ``xzqh``, ``xingzheng`` and ``xingzhengqu`` all find 行政区划代码.
    """
    found: dict[str, None] = {}
    for run in runs(text):
        if not is_chinese(run):
            continue
        words = [lazy_pinyin(word) for word in rjieba.cut(run)]
        parts = [lazy_pinyin(word) for word in rjieba.cut_for_search(run)]
        for syllables in (*words, *parts):
            found.update(dict.fromkeys(("".join(syllables), _initials(syllables))))
        for start in range(len(words)):
            rest = [syllable for word in words[start:] for syllable in word]
            found.update(dict.fromkeys(("".join(rest)[:_LONGEST], _initials(rest)[:_LONGEST])))
    return list(found)


def latin_name(text: str) -> str:
    """Return text as small Latin words joined by ``_``, Chinese in pinyin; empty when nothing is left."""
    words = []
    for run in runs(text):
        words += ["".join(lazy_pinyin(word)) for word in rjieba.cut(run)] if is_chinese(run) else [run]
    return "_".join(re.sub(r"[^a-z0-9]+", "_", word).strip("_") for word in words).strip("_")


def _initials(syllables: Iterable[str]) -> str:
    return "".join(syllable[:1] for syllable in syllables)


def _quoted(word: str) -> str:
    """Return a lexeme; one of more than 2,046 bytes would be refused by PostgreSQL."""
    return "'" + word[:_LONGEST].replace("\\", "\\\\").replace("'", "''") + "'"


def vector_text(weighted: Iterable[tuple[str, Iterable[str]]]) -> str:
    """Return the text of a tsvector from (weight letter, words) pairs; a word keeps its first, best weight."""
    best: dict[str, str] = {}
    for weight, words in weighted:
        for word in words:
            best.setdefault(word.replace("\x00", ""), weight)
    best.pop("", None)
    return " ".join(f"{_quoted(word)}:1{weight}" for word, weight in best.items())


def code_set_word(code: str) -> str:
    """Return the word that stands for a code set in the index of what is bound to it; no text is cut to such a word."""
    return f"set:{code}"


def asked_words(words: str) -> list[str]:
    """Return the text of a tsquery for each word asked for; the last one may be a beginning."""
    found = runs(words)
    return [_asked(run, is_last=at == len(found) - 1) for at, run in enumerate(found)]


def query_text(words: str, also: Sequence[Iterable[str]] = ()) -> str:
    """Return the text of a tsquery: all words must be there, the last one may be a beginning.

    A Chinese stretch counts as found when each of its words is, or else each of its pairs of characters; the word at
    the same place counts as found too where one of the words in ``also`` stands.
    Empty when ``words`` holds nothing to search for.
    """
    others = [[_quoted(word) for word in several] for several in also]
    parts = asked_words(words)
    if others:
        parts = [f"({' | '.join((part, *more))})" for part, more in zip(parts, others, strict=True)]
    return " & ".join(parts)


def _asked(run: str, *, is_last: bool) -> str:
    star = ":*" if is_last else ""
    if not is_chinese(run):
        return _quoted(run[:_LONGEST]) + star
    if len(run) == 1:
        return _quoted(run) + star
    cut = " & ".join(_quoted(word) for word in rjieba.cut(run))
    pairs = " & ".join(_quoted(pair) for pair in _pairs(run))
    return f"(({cut}) | ({pairs}) | {_quoted(run)}{star})" if is_last else f"(({cut}) | ({pairs}))"
