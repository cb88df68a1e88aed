"""The shape of what officials type to import, to change many resources, and to define extension fields."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.models import (
    EXTENSION_TYPES,
    FORMATS,
    ITEM_TYPES,
    OPENING_TYPES,
    SHARING_METHODS,
    SHARING_TYPES,
    UPDATE_CYCLES,
    Category,
    Resource,
)
from catalog.selectors import classes, themes
from portal.accounts.models import GRADES
from portal.web.forms import SonghuaForm

_KEEP = ("", _("Leave as it is"))
_ANY = ("", _("Whichever"))


class ImportForm(SonghuaForm):
    """A catalogue file."""

    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "The Excel template with its two sheets, or JSON as it is exported. Nothing is changed before you confirm."
        ),
    )


def _pick(label: Any, choices: Any, *, number: bool = True, none: Any = _KEEP) -> forms.TypedChoiceField:
    coerce = int if number else str
    return forms.TypedChoiceField(
        label=label, choices=[none, *choices], coerce=coerce, empty_value=None, required=False
    )


class BulkForm(SonghuaForm):
    """Which resources, and what to write into all of them or into some of their items; what is left empty stays."""

    resources = forms.ModelMultipleChoiceField(
        Resource.objects.none(), label=_("Resources"), widget=forms.CheckboxSelectMultiple
    )
    update_cycle = _pick(_("Update cycle"), UPDATE_CYCLES)
    sharing_method = _pick(_("Sharing method"), SHARING_METHODS, number=False)
    format = _pick(_("Format"), FORMATS, number=False)
    category = forms.ModelChoiceField(
        Category.objects.none(), label=_("Class"), required=False, empty_label=_("Leave as it is")
    )
    theme = forms.ModelChoiceField(
        Category.objects.none(), label=_("Theme"), required=False, empty_label=_("Leave as it is")
    )
    use_conditions = forms.CharField(label=_("Conditions of use"), widget=forms.Textarea, required=False)
    only_name = forms.CharField(
        label=_("Only items whose name holds"),
        required=False,
        max_length=100,
        help_text=_("Or whose column has exactly this name."),
    )
    only_type = _pick(_("Only items of the type"), ITEM_TYPES, number=False, none=_ANY)
    only_grade = _pick(_("Only items of the grade"), GRADES, none=_ANY)
    only_sharing_type = _pick(_("Only items shared so"), SHARING_TYPES, none=_ANY)
    grade = _pick(_("Items: grade"), GRADES)
    sharing_type = _pick(_("Items: sharing"), SHARING_TYPES)
    sharing_condition = forms.CharField(label=_("Items: condition of sharing"), required=False, max_length=2000)
    opening_type = _pick(_("Items: opening to the public"), OPENING_TYPES)
    opening_condition = forms.CharField(label=_("Items: condition of opening"), required=False, max_length=2000)

    def __init__(self, *args: Any, resources: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["resources"].queryset = resources  # type: ignore[attr-defined]  # a ModelMultipleChoiceField
        self.fields["category"].queryset = classes()  # type: ignore[attr-defined]  # a ModelChoiceField
        self.fields["theme"].queryset = themes()  # type: ignore[attr-defined]  # a ModelChoiceField

    def _given(self, names: tuple[str, ...]) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in names if self.cleaned_data.get(name) not in {None, ""}}

    @property
    def values(self) -> dict[str, Any]:
        """What is written into each description; classes by their code."""
        found = self._given(("update_cycle", "sharing_method", "format", "category", "theme", "use_conditions"))
        return {name: value.code if isinstance(value, Category) else value for name, value in found.items()}

    @property
    def item_values(self) -> dict[str, Any]:
        """What is written into the items that fit."""
        return self._given(("grade", "sharing_type", "sharing_condition", "opening_type", "opening_condition"))

    @property
    def only(self) -> dict[str, Any]:
        """Which items fit."""
        found = self._given(("only_name", "only_type", "only_grade", "only_sharing_type"))
        return {name.removeprefix("only_"): value for name, value in found.items()}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not self.values and not self.item_values:
            self.add_error(None, _("Say what is to be changed."))
        return data


class ExtensionForm(SonghuaForm):
    """One extension field."""

    code = forms.SlugField(label=_("Code"), max_length=40, help_text=_("Letters, digits and _; it stays for good."))
    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=100)
    name_en = forms.CharField(label=_("Name in English"), max_length=100, required=False)
    type = forms.ChoiceField(label=_("Type"), choices=EXTENSION_TYPES)
    choices = forms.CharField(
        label=_("Values of the list"), widget=forms.Textarea, required=False, help_text=_("One on each line.")
    )
    is_required = forms.BooleanField(label=_("Needed to submit"), required=False)
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def clean_choices(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["choices"].splitlines() if line.strip()]
