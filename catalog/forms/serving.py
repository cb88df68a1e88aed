"""The shape of what an officer chooses for the serving table of a resource."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.selectors.serving import ServingState
from portal.web.forms import SonghuaForm


class ServingForm(SonghuaForm):
    """Which columns are found by value, which texts by a part of them, and whether words are searched in all texts.

    The keys have an index anyway.
    """

    columns = forms.MultipleChoiceField(
        label=_("Columns with an index"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Choose those by which readers filter. Every index needs space and time of building."),
    )
    searched = forms.MultipleChoiceField(
        label=_("Texts found by a part of them"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Choose those in which readers look for a piece of the text, of three characters at least."),
    )
    is_searched = forms.BooleanField(
        label=_("Index for searching in texts"),
        required=False,
        help_text=_("For resources whose readers search with words; it may take as much space as the rows."),
    )

    def __init__(self, *args: Any, state: ServingState, **kwargs: Any) -> None:
        initial = {"columns": state.chosen, "searched": state.chosen_texts, "is_searched": state.is_searched}
        super().__init__(*args, initial=initial, **kwargs)
        others = [column for column in state.columns if not column.primary_key]
        texts = [column for column in state.columns if column.type.is_text]
        for name, columns in (("columns", others), ("searched", texts)):
            self.fields[name].choices = [(column.id, column.title or column.name) for column in columns]  # type: ignore[attr-defined]  # a field of choices
