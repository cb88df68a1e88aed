"""Sentences that the product itself says and keeps, so that each reader sees them in her own language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, override

from portal.kernel.errors import Text

WORDING = "wording"
"""The name under which the details of a record keep what says its reason in each language."""


class Sentence:
    """A text translated when it is shown, that knows its source and values.

    `source` is marked for translation where it is written (by gettext_noop, or lazily), with places `%(name)s` for the
    values; a value may be a sentence itself.
    """

    def __init__(self, source: Text, **values: Any) -> None:
        self.source = _in_english(source)
        self.values = values

    def __str__(self) -> str:
        return said("", self.kept)

    @property
    def kept(self) -> dict[str, Any]:
        """What is kept of it, as plain JSON."""
        return {"source": self.source, "values": {name: _kept(value) for name, value in self.values.items()}}


class Wording(str):
    """A sentence as text: its English words, which are kept as text, with what says it in other languages."""

    sentence: Sentence

    def __new__(cls, source: Text, **values: Any) -> Wording:
        sentence = source if isinstance(source, Sentence) else Sentence(source, **values)
        with override("en"):
            made = super().__new__(cls, sentence)
        made.sentence = sentence
        return made

    def strip(self, chars: str | None = None) -> Wording:
        """Stay what it is: nothing stands around a sentence of ours."""
        return self

    @property
    def kept(self) -> dict[str, Any]:
        """What is kept beside the text, as plain JSON."""
        return self.sentence.kept


def joined(parts: Sequence[Text], between: str = "; ") -> Text:
    """Give the parts as one sentence; nothing where there are none."""
    if not parts:
        return ""
    places = {f"part{number}": part for number, part in enumerate(parts)}
    return Sentence(between.join(f"%({name})s" for name in places), **places)


def kept(text: Text) -> dict[str, Any]:
    """Give what is kept of a text alone; one that somebody wrote is kept as it was written."""
    return text.kept if isinstance(text, Wording | Sentence) else Sentence(text).kept


def kept_of(text: object) -> dict[str, Any]:
    """Give what is kept beside a text: nothing beside one that somebody wrote."""
    return text.kept if isinstance(text, Wording) else {}


def said(text: str, kept: Mapping[str, Any]) -> str:
    """Say a text that was kept, in the language in force; what somebody wrote stays as it was written."""
    if not kept:
        return text
    values, sentence = said_values(kept["values"]), gettext(kept["source"])
    return sentence % values if values else sentence


def said_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Say the values of a sentence that are sentences themselves."""
    return _each(values, said)


def worded(text: str, kept: Mapping[str, Any]) -> str:
    """Make a Wording again of what was kept, to hand it on; what somebody wrote stays a text."""
    return Wording(kept["source"], **_each(kept["values"], worded)) if kept else text


def _each(values: Mapping[str, Any], say: Callable[[str, Mapping[str, Any]], str]) -> dict[str, Any]:
    return {name: say("", value) if isinstance(value, Mapping) else value for name, value in values.items()}


def _kept(value: Any) -> Any:
    if isinstance(value, Wording | Sentence):
        return value.kept
    return Sentence(value).kept if isinstance(value, Promise) else value


def _in_english(text: Text) -> str:
    if isinstance(text, str):
        return text
    with override("en"):
        return str(text)
