"""What a license type asks of each license: its fields, the values they take and who may see them."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from licenses.seals.masking import mask_code
from portal.kernel.errors import Invalid, Text

MAX_FIELDS = 30
MAX_TEXT = 2000
MAX_DIGITS = 40
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")


class Kind(StrEnum):
    """The kinds of value a field takes."""

    TEXT = "text"
    DATE = "date"
    NUMBER = "number"
    CHOICE = "choice"


class Exposure(StrEnum):
    """How much of a field the public sees when it verifies a license."""

    SHOWN = "shown"
    MASKED = "masked"
    HIDDEN = "hidden"


@dataclass(frozen=True, kw_only=True)
class FieldSpec:
    """One field of a license type; `choices` are the values a choice takes, in Chinese, in order."""

    key: str
    name_zh: str
    name_en: str = ""
    kind: Kind = Kind.TEXT
    required: bool = True
    exposure: Exposure = Exposure.HIDDEN
    choices: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Give the form in which the field is stored."""
        return {**asdict(self), "kind": str(self.kind), "exposure": str(self.exposure), "choices": list(self.choices)}


def read_fields(stored: Iterable[Mapping[str, Any]]) -> tuple[FieldSpec, ...]:
    """Read fields from their stored form.

    Raises:
        Invalid: a key, kind or exposure is not one there is, a key occurs twice, or a choice has no values.
    """
    fields: list[FieldSpec] = []
    for number, item in enumerate(stored, start=1):
        try:
            spec = FieldSpec(
                key=str(item["key"]),
                name_zh=str(item["name_zh"]).strip(),
                name_en=str(item.get("name_en", "")).strip(),
                kind=Kind(item.get("kind", Kind.TEXT)),
                required=bool(item.get("required", True)),
                exposure=Exposure(item.get("exposure", Exposure.HIDDEN)),
                choices=tuple(str(choice).strip() for choice in item.get("choices", ()) if str(choice).strip()),
            )
        except (KeyError, ValueError) as error:
            raise Invalid(fields={"fields": [_("Field %(number)s cannot be read.") % {"number": number}]}) from error
        fields.append(spec)
    _check_fields(fields)
    return tuple(fields)


def _check_fields(fields: list[FieldSpec]) -> None:
    problems: list[Text] = []
    keys = [spec.key for spec in fields]
    if len(fields) > MAX_FIELDS:
        problems.append(_("A license type has at most %(count)s fields.") % {"count": MAX_FIELDS})
    for spec in fields:
        if not _KEY.fullmatch(spec.key):
            problems.append(_("“%(key)s” is not a key: lower-case letters, digits and _ only.") % {"key": spec.key})
        if keys.count(spec.key) > 1:
            problems.append(_("The key “%(key)s” occurs twice.") % {"key": spec.key})
        if not spec.name_zh:
            problems.append(_("The field “%(key)s” has no Chinese name.") % {"key": spec.key})
        if spec.kind is Kind.CHOICE and not spec.choices:
            problems.append(_("The field “%(key)s” is a choice without values.") % {"key": spec.key})
    if problems:
        raise Invalid(fields={"fields": list(dict.fromkeys(problems))})


def check_values(fields: Iterable[FieldSpec], values: Mapping[str, Any]) -> dict[str, str]:
    """Bring the values of a license to their stored form, text all: dates as ISO 8601, numbers in plain decimals.

    Raises:
        Invalid: names every field that is missing, unknown or not of its kind.
    """
    specs = {spec.key: spec for spec in fields}
    problems: dict[str, list[Text]] = {key: [_("There is no such field.")] for key in values if key not in specs}
    clean: dict[str, str] = {}
    for key, spec in specs.items():
        raw = values.get(key)
        text = "" if raw is None else str(raw).strip()
        try:
            clean[key] = _check_value(spec, text)
        except ValueError as error:
            problems[key] = [error.args[0]]
    if problems:
        raise Invalid(fields=problems)
    return {key: text for key, text in clean.items() if text}


def _check_value(spec: FieldSpec, text: str) -> str:
    if not text:
        if spec.required:
            raise ValueError(_("Enter a value."))
        return ""
    if len(text) > MAX_TEXT:
        raise ValueError(_("At most %(count)s characters.") % {"count": MAX_TEXT})
    if any(unicodedata.category(letter) in {"Cs", "Cc"} and letter not in "\n\r\t" for letter in text):
        raise ValueError(_("This holds characters that cannot be printed."))
    if spec.kind is Kind.CHOICE and text not in spec.choices:
        raise ValueError(_("Choose one of the values."))
    if spec.kind is Kind.DATE:
        return _date(text)
    return _number(text) if spec.kind is Kind.NUMBER else text


def _date(text: str) -> str:
    try:
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise ValueError(_("Enter a date as YYYY-MM-DD.")) from error


def _number(text: str) -> str:
    try:
        number = Decimal(text.replace(",", ""))
    except InvalidOperation as error:
        raise ValueError(_("Enter a number.")) from error
    # Written out, an exponent could ask for any amount of memory.
    if not number.is_finite() or abs(number.adjusted()) > MAX_DIGITS or len(number.as_tuple().digits) > MAX_DIGITS:
        raise ValueError(_("Enter a number."))
    return format(number, "f")


def public_values(fields: Iterable[FieldSpec], values: Mapping[str, str]) -> list[tuple[FieldSpec, str]]:
    """Give what the public may see: shown values whole, masked values starred, hidden ones not at all."""
    seen = []
    for spec in fields:
        value = values.get(spec.key, "")
        if not value or spec.exposure is Exposure.HIDDEN:
            continue
        seen.append((spec, value if spec.exposure is Exposure.SHOWN else mask_code(value)))
    return seen


def json_schema(fields: Iterable[FieldSpec]) -> dict[str, Any]:
    """Describe the values as JSON Schema 2020-12."""
    listed = tuple(fields)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {spec.key: _property(spec) for spec in listed},
        "required": [spec.key for spec in listed if spec.required],
        "additionalProperties": False,
    }


def _property(spec: FieldSpec) -> dict[str, Any]:
    described: dict[str, Any] = {"type": "string", "title": spec.name_zh}
    if spec.kind is Kind.DATE:
        described["format"] = "date"
    if spec.kind is Kind.NUMBER:
        described["pattern"] = r"^-?[0-9]+(\.[0-9]+)?$"
    if spec.kind is Kind.CHOICE:
        described["enum"] = list(spec.choices)
    return described


def claims(fields: Iterable[FieldSpec]) -> list[dict[str, Any]]:
    """Describe the fields as the claims of SD-JWT VC type metadata; every attribute may be selectively disclosed."""
    return [
        {
            "path": [spec.key],
            "display": [
                {"locale": "zh-Hans", "name": spec.name_zh},
                *([{"locale": "en", "name": spec.name_en}] if spec.name_en else []),
            ],
            "mandatory": spec.required,
            "sd": "allowed",
        }
        for spec in fields
    ]
