"""The shape of what an officer chooses for the serving table of a resource."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.selectors.serving import ServingState
from portal.web.forms import SonghuaForm


class ServingForm(SonghuaForm):
    """Which columns get an index, and whether texts are searched in; the keys have one anyway."""

    columns = forms.MultipleChoiceField(
        label=_("Columns with an index"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Choose those by which readers filter. Every index needs space and time of building."),
    )
    is_searched = forms.BooleanField(
        label=_("Index for searching in texts"),
        required=False,
        help_text=_("For resources whose readers search with words; it may take as much space as the rows."),
    )

    def __init__(self, *args: Any, state: ServingState, **kwargs: Any) -> None:
        initial = {"columns": state.chosen, "is_searched": state.is_searched}
        super().__init__(*args, initial=initial, **kwargs)
        others = [column for column in state.columns if not column.primary_key]
        self.fields["columns"].choices = [(column.id, column.title or column.name) for column in others]  # type: ignore[attr-defined]  # a field of choices
