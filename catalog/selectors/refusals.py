"""What a refused line says: kept without a language, and put into the reader's words when it is shown."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from catalog.models import Item, Resource
from catalog.selectors.extensions import all_extension_fields, extension_label
from portal.audit.wording import kept, said
from portal.kernel.errors import DomainError, Invalid, Text


def kept_problem(text: Text, at: str = "") -> dict[str, Any]:
    """Return a problem as plain JSON: where it lies (see ``place_in_words``), and its sentence with its values."""
    return {"at": at, "text": kept(text)}


def kept_refusals(error: DomainError) -> list[dict[str, Any]]:
    """Return the problems of a refusal as plain JSON, each with the field it names."""
    if not isinstance(error, Invalid) or not error.fields:
        return [kept_problem(error.message or error.code)]
    return [kept_problem(text, name) for name, texts in error.fields.items() for text in texts]


def problems_said(problems: Sequence[Mapping[str, Any] | str], model: type[Model] = Resource) -> list[str]:
    """Say kept problems in the language in force, each behind the word for the field of ``model`` that it names.

    A text from before problems were kept this way stays as it is.
    """
    return [problem if isinstance(problem, str) else _said(problem, model) for problem in problems]


def _said(problem: Mapping[str, Any], model: type[Model]) -> str:
    text = said("", problem["text"])
    if not problem["at"]:
        return text
    return _("%(field)s: %(text)s") % {"field": place_in_words(problem["at"], model), "text": text}


def refusal_texts(error: DomainError, model: type[Model] = Resource) -> list[str]:
    """Return the texts of a refusal in the language in force, for what is shown at once."""
    return problems_said(kept_refusals(error), model)


def place_in_words(name: str, model: type[Model] = Resource) -> str:
    """Say where a fault lies: ``title_en``, ``items.3.grade`` (counted from 0) or ``extensions.is_pooled``."""
    head, _dot, rest = name.partition(".")
    if head == "items":
        number, _dot, field = rest.partition(".")
        return _item_in_words(number, field)
    if head == "extensions" and rest:
        found = all_extension_fields().filter(code=rest).first()
        return extension_label(found) if found else _("“%(name)s”") % {"name": rest}
    return _label(model, name)


def _item_in_words(number: str, field: str) -> str:
    if not number.isdecimal():
        return _("Data items")
    if not field:
        return _("Data item %(number)s") % {"number": int(number) + 1}
    return _("Data item %(number)s, %(field)s") % {"number": int(number) + 1, "field": _label(Item, field)}


def _label(model: type[Model], name: str) -> str:
    try:
        return capfirst(str(getattr(model._meta.get_field(name), "verbose_name", name)))
    except FieldDoesNotExist:
        return _("“%(name)s”") % {"name": name}
