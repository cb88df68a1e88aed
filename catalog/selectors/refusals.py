"""What a refused line of a batch says: the words for its fields in the reader's language, never their names in code."""

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from catalog.models import Item, Resource
from catalog.selectors.extensions import all_extension_fields, extension_label
from portal.kernel.errors import DomainError, Invalid


def refusal_texts(error: DomainError, model: type[Model] = Resource) -> list[str]:
    """Return the texts of a refusal, each behind the word for the field of ``model`` that it names."""
    if not isinstance(error, Invalid) or not error.fields:
        return [str(error)]
    return [
        _("%(field)s: %(text)s") % {"field": place_in_words(name, model), "text": text}
        for name, texts in error.fields.items()
        for text in texts
    ]


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
