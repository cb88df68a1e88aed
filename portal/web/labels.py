"""Words for the names of fields and parameters, so that a refusal names them as the reader's forms do."""

from django.apps import apps
from django.db.models import Field
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from portal.kernel.errors import Text

#: Parameters of addresses and names of forms that no table has as a column.
_WORDS: dict[str, Text] = {
    "change": pgettext_lazy("field", "Change"),
    "columns": pgettext_lazy("field", "Columns"),
    "cursor": pgettext_lazy("field", "Place in the list"),
    "ended": pgettext_lazy("field", "Ended ones too"),
    "file": pgettext_lazy("field", "File"),
    "filter": pgettext_lazy("field", "Filter"),
    "format": pgettext_lazy("field", "Format"),
    "item": pgettext_lazy("field", "Data item"),
    "items": pgettext_lazy("field", "Data items"),
    "kind": pgettext_lazy("field", "Kind"),
    "limit": pgettext_lazy("field", "Number of rows"),
    "lines": pgettext_lazy("field", "Lines"),
    "offset": pgettext_lazy("field", "First row"),
    "order": pgettext_lazy("field", "Order"),
    "page": pgettext_lazy("field", "Page"),
    "q": pgettext_lazy("field", "Search words"),
    "reason": pgettext_lazy("field", "Reason"),
    "resources": pgettext_lazy("field", "Resources"),
    "rows": pgettext_lazy("field", "Rows"),
    "side": pgettext_lazy("field", "Side"),
    "sort": pgettext_lazy("field", "Order"),
    "state": pgettext_lazy("field", "State"),
    "tab": pgettext_lazy("field", "Tab"),
    "waiting": pgettext_lazy("field", "Waiting for me"),
}


def place_of(name: str) -> str:
    """Say where a fault lies: ``title_en``, or ``items.3.grade`` (counted from 0); a name nobody knows is quoted."""
    head, _dot, rest = name.partition(".")
    number, _dot, field = rest.partition(".")
    if not number.isdecimal():
        return label_of(name)
    place = _("%(list)s, no. %(number)s") % {"list": label_of(head), "number": int(number) + 1}
    return _("%(place)s, %(field)s") % {"place": place, "field": label_of(field)} if field else place


def label_of(name: str) -> str:
    """Return the word for one field or parameter: its own, that of the column of this name, or the quoted name."""
    known = _WORDS.get(name) or _column(name)
    return str(capfirst(str(known))) if known else _("“%(name)s”") % {"name": name}


def _column(name: str) -> Text:
    """Return the word that the first table with such a column has for it; one that Django made of the name is none."""
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if field.name == name and isinstance(field, Field) and isinstance(field.verbose_name, Promise):
                return field.verbose_name
    return ""
