"""Writes on extension fields, and the check of their values."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from catalog.models import ExtensionField
from catalog.policies import decide_extensions
from catalog.selectors.extensions import extension_fields
from portal.audit.record import record
from portal.kernel.actors import Actor
from portal.kernel.errors import Invalid, NotAllowed, Text

#: What the practised import template asks for beside the core metadata; an installation may switch them off.
SHIPPED: tuple[tuple[str, str, str, str], ...] = (
    ("storage_size", "存储容量", "Storage size", "text"),
    ("record_count", "数据记录数", "Record count stated", "number"),
    ("is_pooled", "是否汇聚", "Pooled", "boolean"),
    ("pooling_method", "汇聚方式", "Pooling method", "text"),
)
_LONGEST = 1000
_YES = frozenset({"1", "true", "yes", "y", "是", "on"})
_NO = frozenset({"0", "false", "no", "n", "否", "off"})


def load_shipped_extensions() -> None:
    """Write the fields of the practised template once; what an installation changed stays."""
    ExtensionField.objects.bulk_create(
        [
            ExtensionField(code=code, name_zh=name_zh, name_en=name_en, type=kind, position=at)
            for at, (code, name_zh, name_en, kind) in enumerate(SHIPPED)
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def define_extension(actor: Actor, *, code: str, **values: Any) -> ExtensionField:
    """Add an extension field or change it; its code and its type stay once values may stand under it.

    Writes an audit entry ``catalog.define_extension``. Raises ``NotAllowed``, ``Invalid``.
    """
    if not (decision := decide_extensions(actor)):
        raise NotAllowed(decision.reason, code=decision.code)
    field = ExtensionField.objects.select_for_update().filter(code=code).first()
    if field is not None and values.get("type", field.type) != field.type:
        raise Invalid(fields={"type": [_("The type of a field stays, because values may stand under it.")]})
    if values.get("type", field.type if field else "text") == "choice" and not values.get("choices"):
        raise Invalid(fields={"choices": [_("A list needs its values.")]})
    field = field or ExtensionField(code=code)
    for name, value in values.items():
        setattr(field, name, value)
    field.save()
    record(actor, action="catalog.define_extension", obj=field, details={"code": code, "type": field.type})
    return field


def checked_extensions(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values of extension fields in their types; empty ones fall away.

    Raises ``Invalid`` with keys such as ``extensions.is_pooled`` for an unknown field or a value of another type.
    """
    known = {field.code: field for field in extension_fields()}
    found: dict[str, Any] = {}
    problems: dict[str, list[Text]] = {}
    for code, value in values.items():
        if value is None or value == "":
            continue
        if code not in known:
            problems[f"extensions.{code}"] = [_("There is no extension field of this name.")]
            continue
        try:
            found[code] = _READERS[known[code].type](value, known[code])
        except (ValueError, InvalidOperation):
            problems[f"extensions.{code}"] = [_("This value does not fit the type of the field.")]
    if problems:
        raise Invalid(fields=problems)
    return found


def _boolean(value: Any, _field: ExtensionField) -> bool:
    text = str(value).strip().lower()
    if text not in _YES | _NO:
        raise ValueError(text)
    return text in _YES


def _number(value: Any, _field: ExtensionField) -> int | float:
    number = Decimal(str(value).replace(",", "").strip())
    if not number.is_finite():
        raise ValueError(value)
    return int(number) if number == number.to_integral_value() else float(number)


def _text(value: Any, _field: ExtensionField) -> str:
    text = str(value).strip()
    if len(text) > _LONGEST:
        raise ValueError(len(text))
    return text


def _choice(value: Any, field: ExtensionField) -> str:
    if str(value) not in field.choices:
        raise ValueError(value)
    return str(value)


_READERS: dict[str, Callable[[Any, ExtensionField], Any]] = {
    "text": _text,
    "number": _number,
    "date": lambda value, _field: date.fromisoformat(str(value)[:10]).isoformat(),
    "boolean": _boolean,
    "choice": _choice,
}
