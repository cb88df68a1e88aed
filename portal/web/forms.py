"""Base classes of the forms on pages: errors and hints tied to their fields, dates by the browser's own picker."""

from typing import Any

from django import forms
from django.http import HttpRequest

from portal.kernel.errors import Invalid

#: What Django gives a text area that says nothing itself.
DJANGO_ROWS = "10"


class SonghuaFormMixin:
    """Leaves checking to the server (which explains), drops the colon after labels, picks plain widgets."""

    use_required_attribute = False
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            _dress(field)

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
