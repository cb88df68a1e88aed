"""Choosing between the Chinese and the English text of a record."""

from dataclasses import dataclass

from django.utils.translation import get_language, pgettext


@dataclass(frozen=True)
class BilingualText:
    """The text to show, the language it is in, and whether that is the language of the page."""

    text: str
    lang: str
    is_native: bool


def bilingual(obj: object, name: str, *, chinese: bool) -> BilingualText:
    """Pick ``<name>_zh`` or ``<name>_en`` of an object or mapping; fall back to the other when one is empty."""
    zh, en = _read(obj, f"{name}_zh"), _read(obj, f"{name}_en")
    if chinese:
        wanted, other = (zh, "zh-Hans"), (en, "en")
    else:
        wanted, other = (en, "en"), (zh, "zh-Hans")
    if wanted[0] or not other[0]:
        return BilingualText(text=wanted[0], lang=wanted[1], is_native=True)
    return BilingualText(text=other[0], lang=other[1], is_native=False)


def text_of(obj: object, name: str) -> str:
    """Return ``<name>_zh`` or ``<name>_en`` in the reader's language, or the one there is."""
    return bilingual(obj, name, chinese=(get_language() or "").startswith("zh")).text


def bracketed(text: object) -> str:
    """Return a text in the brackets of the reader's language, to stand right behind another; nothing for nothing."""
    return pgettext("in brackets", " (%(text)s)") % {"text": text} if text or text == 0 else ""


def name_with_code(name: str, code: str) -> str:
    """Return a name with the code it goes by behind it, once where both are the same."""
    return name if name == code else f"{name}{bracketed(code)}"


def _read(obj: object, name: str) -> str:
    value = obj.get(name) if isinstance(obj, dict) else getattr(obj, name, None)
    return "" if value is None else str(value)
