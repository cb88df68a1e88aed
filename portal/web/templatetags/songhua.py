"""Filters and tags every page uses: numbers, dates, states, two-language fields and small charts."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from django import forms, template
from django.db.models import Field, Model
from django.forms import BoundField
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, pgettext

from portal.kernel.errors import Text
from portal.web import charts, numbers, states
from portal.web.bilingual import BilingualText, bilingual
from portal.web.bilingual import bracketed as in_brackets
from portal.web.verbs import Verb
from portal.web.words import word_of
from portal.workflow.deadlines import days_left
from portal.workflow.models import Deadline

register = template.Library()
_BACKTICKS = re.compile(r"`{1,2}([^`]+)`{1,2}")


@register.filter
def n(value: object) -> str:
    """Group a number by thousands: 1234567 → 1,234,567. What is no number is returned as text."""
    return numbers.grouped(value)


@register.filter
def wan(value: object) -> SafeString | str:
    """Shorten a headline figure (万 and 亿 in Chinese, thousand separators in English), full number in ``title``."""
    short, full = numbers.headline(value, chinese=_chinese())
    if short == full:
        return short
    return format_html('<span title="{}">{}</span>', full, short)


@register.filter
def percent(value: object) -> str:
    """Show a share between 0 and 1 as a percentage with one decimal."""
    return numbers.percent(value)


@register.filter
def size(value: object) -> str:
    """Show bytes as KB, MB or GB (powers of 1024)."""
    return numbers.file_size(value)


@register.filter
def date_cn(value: date | datetime | None) -> str:
    """Show a date in the form of the language: 2026年11月22日, or 22 Nov 2026."""
    if value is None or value == "":
        return ""
    return date_format(_local(value), "DATE_FORMAT")


@register.filter
def datetime_cn(value: datetime | None) -> str:
    """Show a moment in the form of the language, to the minute, in the zone of the site."""
    if value is None or value == "":
        return ""
    return date_format(_local(value), "DATETIME_FORMAT")


@register.simple_tag
def when(value: date | datetime | None, kind: str = "") -> SafeString | str:
    """Print ``<time datetime>`` with a readable date; ``kind="date"`` leaves the time of day out."""
    if not value:
        return ""
    local = _local(value)
    show_time = isinstance(local, datetime) and kind != "date"
    text = date_format(local, "DATETIME_FORMAT" if show_time else "DATE_FORMAT")
    machine = local.isoformat(timespec="seconds") if isinstance(local, datetime) else local.isoformat()
    return format_html('<time datetime="{}">{}</time>', machine, text)


@register.simple_tag
def trans_field(obj: object, name: str) -> SafeString | str:
    """Print ``<name>_zh`` or ``<name>_en`` by the language of the page; a fallback is marked with its language."""
    return _mark_fallback(bilingual(obj, name, chinese=_chinese()))


@register.simple_tag
def trans_text(obj: object, name: str) -> str:
    """Return the same text as ``trans_field`` without markup, for titles and attributes."""
    return bilingual(obj, name, chinese=_chinese()).text


@register.simple_tag
def heading(column: object) -> SafeString | str:
    """Print what a column is called: its label, or its name in the language of the page.

    A name in the other language carries its ``lang`` without a sign: the head of a table is narrow.
    """
    label = column.get("label") if isinstance(column, Mapping) else getattr(column, "label", "")
    text = bilingual(column, "name", chinese=_chinese())
    if label or not text.text:
        return conditional_escape(label or _field_name(column))
    return text.text if text.is_native else format_html('<span lang="{}">{}</span>', text.lang, text.text)


@register.filter
def choice(obj: Model, name: str) -> Text:
    """Return the label of the value a field holds; in long lists ``get_<name>_display`` costs as much as a query."""
    value = getattr(obj, name)
    label: Text = _choices(type(obj), name).get(value, value)
    return label


@register.filter
def state_class(state: object) -> str:
    """Return the color class of a state code: ok, warn, bad, info or mute."""
    return states.tone(str(state))


@register.filter
def state_sign(state: object) -> str:
    """Return the sign shown before a state's word, so that color is never alone."""
    return states.sign(str(state))


@register.filter
def action_label(action: object) -> Text:
    """Return the word for a recorded action."""
    return word_of(str(action))


@register.filter
def bracketed(text: object) -> str:
    """Return a text in the brackets of the reader's language, to stand right behind another."""
    return in_brackets(text)


@register.filter
def working_days_left(deadline: Deadline) -> int:
    """Return the working days a running deadline has left; negative when late."""
    return days_left(deadline)


@register.filter
def code_marks(text: object) -> SafeString:
    """Set what stands between backticks as code; everything else is escaped."""
    return mark_safe(_BACKTICKS.sub(r"<code>\1</code>", conditional_escape(str(text))))  # noqa: S308 - escaped before


@register.filter
def field_kind(field: BoundField) -> str:
    """Say how to lay a field out: group (radio or check boxes), check (one box), short, or wide."""
    widget = field.field.widget
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "group"
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    return "short" if isinstance(widget, forms.NumberInput | forms.DateInput) else "wide"


@register.filter
def any_reason(verbs: Iterable[Verb]) -> bool:
    """Say whether any of the offered acts needs a reason."""
    return any(verb.needs_reason for verb in verbs)


@register.filter
def reason_names(verbs: Iterable[Verb]) -> str:
    """Name the acts that need a reason."""
    return pgettext("between examples", ", ").join(str(verb.label) for verb in verbs if verb.needs_reason)


@register.filter
def cell(value: object) -> object:
    """Write a truth as people say it, and leave every other value of a cell as it is."""
    return (gettext("yes") if value else gettext("no")) if isinstance(value, bool) else value


@register.filter
def cells(row: Mapping[str, Any] | Sequence[Any], fields: Iterable[Any]) -> list[tuple[Any, Any]]:
    """Pair each field with its value in the row, whether the row is a mapping or a sequence."""
    named = list(fields)
    if isinstance(row, Mapping):
        return [(field, row.get(_field_name(field))) for field in named]
    return list(zip(named, row, strict=False))


@register.inclusion_tag("components/_bar_chart.html")
def bar_chart(rows: Iterable[Any], title: str, unit: str = "") -> dict[str, Any]:
    """Draw horizontal bars as SVG with the numbers in a table below; rows are (label, value) or have both."""
    return {"chart": charts.bars(rows), "title": title, "unit": unit}


@register.inclusion_tag("components/_histogram.html")
def histogram(rows: Iterable[Any], title: str, unit: str = "") -> dict[str, Any]:
    """Draw a histogram as SVG with the numbers in a table below; rows are (label, value) or have both."""
    return {"chart": charts.columns(rows), "title": title, "unit": unit}


def _mark_fallback(text: BilingualText) -> SafeString | str:
    if text.is_native:
        return text.text
    mark = "中文" if text.lang == "zh-Hans" else "English"
    label = (
        pgettext("language of a text", "in Chinese")
        if text.lang == "zh-Hans"
        else pgettext("language of a text", "in English")
    )
    return format_html(
        '<span lang="{}">{}</span> <span class="langmark" lang="{}" title="{}">{}</span>',
        text.lang,
        text.text,
        text.lang,
        label,
        mark,
    )


@cache
def _choices(model: type[Model], name: str) -> dict[Any, Text]:
    field: Field[Any, Any] = model._meta.get_field(name)  # type: ignore[assignment]  # only columns have choices
    return dict(field.flatchoices)


def _chinese() -> bool:
    return (get_language() or "").startswith("zh")


def _local(value: date | datetime) -> date | datetime:
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


def _field_name(field: object) -> str:
    if isinstance(field, str):
        return field
    if isinstance(field, Mapping):
        return str(field.get("name", ""))
    return str(getattr(field, "name", ""))
