"""Base classes of the forms on pages: errors and hints tied to their fields, dates by the browser's own picker."""

from typing import Any

from django import forms
from django.db.models import Model
from django.db.models.fields import BLANK_CHOICE_DASH
from django.forms import BoundField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.kernel.errors import Invalid
from portal.web.bilingual import text_of

#: What Django gives a text area that says nothing itself.
DJANGO_ROWS = "10"
_DASHES = BLANK_CHOICE_DASH[0][1]


class SonghuaFormMixin:
    """Leaves checking to the server (which explains), drops the colon after labels, picks plain widgets."""

    use_required_attribute = False
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    def __getitem__(self, name: str) -> BoundField:
        """Dress a field when it is asked for: forms add some after they are made."""
        if name in self.fields:
            _dress(self.fields[name])
        bound: BoundField = super().__getitem__(name)  # type: ignore[misc]  # given by the form class
        return bound

    def add_invalid(self, error: Invalid) -> None:
        """Put the messages of a refused service call on the fields they name; others go to the form."""
        for name, texts in error.fields.items():
            target = name if name in self.fields else None
            for text in texts:
                self.add_error(target, str(text))  # type: ignore[attr-defined]  # given by the form class
        if not error.fields:
            self.add_error(None, str(error))  # type: ignore[attr-defined]  # given by the form class


class SonghuaForm(SonghuaFormMixin, forms.Form):
    """A form not tied to one table."""


class SonghuaModelForm(SonghuaFormMixin, forms.ModelForm):  # type: ignore[type-arg]  # subclasses name their model
    """A form of one table."""


def reason_of(request: HttpRequest) -> str:
    """Return the reason given with a verb button, without surrounding white space."""
    return request.POST.get("reason", "").replace("\x00", "").strip()


def _dress(field: forms.Field) -> None:
    if type(field.widget) is forms.DateInput:
        field.widget.input_type = "date"
        field.widget.format = "%Y-%m-%d"
    if isinstance(field.widget, forms.Textarea):
        if str(field.widget.attrs.get("rows", DJANGO_ROWS)) == DJANGO_ROWS:
            field.widget.attrs["rows"] = "4"
        field.widget.attrs.pop("cols", None)
    _name_no_choice(field)


def _name_of_choice(obj: Model) -> str:
    """Name a record in the language of the page where its own name is one of two."""
    name = str(obj)
    for field in ("title", "name"):
        if getattr(obj, f"{field}_zh", None) == name:
            return text_of(obj, field)
    return name


def _name_no_choice(field: forms.Field) -> None:
    """Say in words what Django shows as a row of dashes, which a screen reader spells out."""
    words = _("choose…") if field.required else _("not chosen")
    if isinstance(field, forms.ModelChoiceField):
        field.label_from_instance = _name_of_choice  # type: ignore[method-assign]  # what a subclass of its own would say
        if field.empty_label == _DASHES:
            field.empty_label = words
    elif isinstance(field, forms.ChoiceField) and isinstance(field.choices, list):
        named = [(value, words if label == _DASHES else label) for value, label in field.choices]
        if named != field.choices:
            field.choices = named
