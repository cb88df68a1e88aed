"""The shape of what officials type about resources."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalog.models import (
    BASIS_KINDS,
    FORMATS,
    ITEM_TYPES,
    MASKS,
    OPENING_TYPES,
    PRIVACY_ROLES,
    SHARING_METHODS,
    SHARING_TYPES,
    UPDATE_CYCLES,
    Category,
    ExtensionField,
    Item,
    Resource,
    mask_of,
    mask_text,
)
from catalog.selectors import classes, themes
from catalog.selectors.extensions import extension_fields, extension_label
from portal.accounts.models import GRADES, Department
from portal.web.forms import SonghuaForm

_SEPARATORS = re.compile(r"[,，、;；\n]+")
_EXTENSION = "extension_"


def _shown(value: Any) -> Any:
    return ("true" if value else "false") if isinstance(value, bool) else value


def _extension(field: ExtensionField) -> forms.Field:
    """Return the form's field of an extension field; whether it is needed is asked when the draft is submitted."""
    label = extension_label(field)
    if field.type in {"boolean", "choice"}:
        values = (
            [("true", _("Yes")), ("false", _("No"))] if field.type == "boolean" else [(v, v) for v in field.choices]
        )
        return forms.ChoiceField(label=label, choices=[("", "---------"), *values], required=False)
    if field.type == "date":
        return forms.DateField(label=label, required=False)
    if field.type == "number":
        return forms.DecimalField(label=label, required=False)
    return forms.CharField(label=label, max_length=1000, required=False)


class DraftForm(SonghuaForm):
    """A form that saves with gaps; ``needed`` fields are only marked, submitting asks for them."""

    needed: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._mark()

    def full_clean(self) -> None:
        for name in self.needed:
            self.fields[name].required = False
        super().full_clean()
        self._mark()

    def _mark(self) -> None:
        for name in self.needed:
            self.fields[name].required = True


class RegisterForm(SonghuaForm):
    """Whose a draft is and what it is called, which it cannot do without, and the class that begins its code."""

    provider = forms.ModelChoiceField(Department.objects.none(), label=_("Provider"), empty_label=None)
    title_zh = forms.CharField(label=_("Name in Chinese"), max_length=200)
    title_en = forms.CharField(label=_("Name in English"), max_length=200, required=False)
    category = forms.ModelChoiceField(
        Category.objects.none(),
        label=_("Class"),
        required=False,
        help_text=_("The first digits of the code follow from the class. A code is given once and stays."),
    )

    def __init__(self, *args: Any, departments: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].queryset = classes()  # type: ignore[attr-defined]  # a ModelChoiceField
        self.fields["provider"].queryset = departments  # type: ignore[attr-defined]  # a ModelChoiceField


class BasicForm(DraftForm):
    """Basic information of a resource."""

    needed = ("abstract_zh", "category", "update_cycle")
    title_zh = forms.CharField(label=_("Name in Chinese"), max_length=200)
    title_en = forms.CharField(label=_("Name in English"), max_length=200, required=False)
    abstract_zh = forms.CharField(
        label=_("Abstract in Chinese"),
        widget=forms.Textarea,
        help_text=_("What the data is, what it covers, what it does not."),
    )
    abstract_en = forms.CharField(label=_("Abstract in English"), widget=forms.Textarea, required=False)
    keywords = forms.CharField(
        label=_("Keywords"), required=False, help_text=_("Separated by commas; words people would search for.")
    )
    category = forms.ModelChoiceField(Category.objects.none(), label=_("Class"))
    theme = forms.ModelChoiceField(Category.objects.none(), label=_("Theme"), required=False)
    format = forms.ChoiceField(label=_("Format"), choices=FORMATS)
    update_cycle = forms.TypedChoiceField(
        label=_("Update cycle"), choices=[("", "---------"), *UPDATE_CYCLES], coerce=int, empty_value=None
    )
    sharing_method = forms.ChoiceField(label=_("Sharing method"), choices=SHARING_METHODS)
    use_conditions = forms.CharField(
        label=_("Conditions of use"),
        widget=forms.Textarea,
        required=False,
        help_text=_("Needed when any item is shared conditionally: which departments, for what purpose."),
    )
    source_note = forms.CharField(
        label=_("Source of the data"), widget=forms.Textarea, required=False, help_text=_("Where the data comes from.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].queryset = classes()  # type: ignore[attr-defined]  # a ModelChoiceField
        self.fields["theme"].queryset = themes()  # type: ignore[attr-defined]  # a ModelChoiceField
        for field in extension_fields():
            self.fields[f"{_EXTENSION}{field.code}"] = _extension(field)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        names = [name for name in data if name.startswith(_EXTENSION)]
        return data | {"extensions": {name.removeprefix(_EXTENSION): data.pop(name) for name in names}}

    def clean_keywords(self) -> list[str]:
        return [word.strip() for word in _SEPARATORS.split(self.cleaned_data["keywords"]) if word.strip()]

    @staticmethod
    def initial_of(resource: Resource) -> dict[str, Any]:
        """Return what the form shows of a resource."""
        values = {name: getattr(resource, name) for name in BasicForm.base_fields}
        extensions = {f"{_EXTENSION}{code}": _shown(value) for code, value in resource.extensions.items()}
        return values | extensions | {"keywords": ", ".join(resource.keywords)}


class AssessmentsForm(DraftForm):
    """The two assessments that Order 809 art 13 asks for before cataloging."""

    needed = ("secrecy_assessment", "privacy_assessment")
    secrecy_assessment = forms.CharField(
        label=_("Secrecy-risk assessment"),
        widget=forms.Textarea,
        help_text=_("What was looked at, by whom, and the outcome; also for the data put together with other data."),
    )
    privacy_assessment = forms.CharField(
        label=_("Personal-information impact assessment"),
        widget=forms.Textarea,
        help_text=_("Which personal information is in it, what could happen to people, what protects them."),
    )

    @staticmethod
    def initial_of(resource: Resource) -> dict[str, Any]:
        """Return what the form shows of a resource."""
        return {name: getattr(resource, name) for name in AssessmentsForm.base_fields}


class ItemRowForm(SonghuaForm):
    """One row of the table of data items."""

    former_code = forms.CharField(required=False, widget=forms.HiddenInput)
    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=100)
    code = forms.CharField(label=_("Column name"), max_length=63, required=False)
    name_en = forms.CharField(label=_("Name in English"), max_length=100, required=False)
    type = forms.ChoiceField(label=_("Type"), choices=ITEM_TYPES)
    length = forms.IntegerField(label=_("Length"), min_value=1, max_value=1_000_000, required=False)
    is_key = forms.BooleanField(label=pgettext_lazy("of a data item", "Key"), required=False)
    is_nullable = forms.BooleanField(label=_("May be empty"), required=False, initial=True)
    description = forms.CharField(label=_("Meaning"), max_length=2000, required=False)

    def has_changed(self) -> bool:
        """Take a row without any text as left empty, whatever its boxes say."""
        texts = ("former_code", "name_zh", "code", "name_en", "description")
        return any(self[name].data for name in texts) and super().has_changed()


ITEMS_PREFIX = "items"
ItemTable = forms.formset_factory(
    ItemRowForm, extra=0, can_delete=True, max_num=500, absolute_max=600, validate_max=True
)


def rows_of(table: Any) -> list[dict[str, Any]]:
    """Return the rows of a valid table of data items to save, in order; removed and empty ones fall away."""
    kept = [form.cleaned_data for form in table.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
    return [{name: value for name, value in row.items() if name != "DELETE"} for row in kept]


def item_rows(items: list[Item]) -> list[dict[str, Any]]:
    """Return present items as rows of the table."""
    names = [name for name in ItemRowForm.base_fields if name != "former_code"]
    return [{name: getattr(item, name) for name in names} | {"former_code": item.code} for item in items]


class AttributesForm(DraftForm):
    """Grade, sharing and opening of one data item."""

    grade = forms.TypedChoiceField(label=_("Grade"), choices=GRADES, coerce=int)
    sharing_type = forms.TypedChoiceField(label=_("Sharing"), choices=SHARING_TYPES, coerce=int)
    sharing_condition = forms.CharField(
        label=_("Condition of sharing"),
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
        help_text=_("For conditional sharing: who may use it, for what."),
    )
    basis_kind = forms.TypedChoiceField(
        label=_("Kind of legal basis"),
        choices=[("", "---------"), *BASIS_KINDS],
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("For “not shared”: only these three kinds may forbid sharing (Order 809 art 14)."),
    )
    basis_document = forms.CharField(label=_("Name of the document"), max_length=200, required=False)
    basis_article = forms.CharField(label=_("Article"), max_length=50, required=False)
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 2}), required=False)
    mask = forms.ChoiceField(
        label=_("Mask when shared"), choices=MASKS, required=False, help_text=_("What users of the data see.")
    )
    privacy_role = forms.ChoiceField(
        label=_("What it says of people"),
        choices=[("", "---------"), *PRIVACY_ROLES],
        required=False,
        help_text=_("Checked before the data is opened: how many people share the same values."),
    )
    opening_type = forms.TypedChoiceField(label=_("Opening to the public"), choices=OPENING_TYPES, coerce=int)
    opening_condition = forms.CharField(
        label=_("Condition of opening"), widget=forms.Textarea(attrs={"rows": 2}), required=False
    )

    def clean_mask(self) -> dict[str, Any]:
        return mask_of(self.cleaned_data["mask"])

    @staticmethod
    def initial_of(item: Item) -> dict[str, Any]:
        """Return what the form shows of a data item."""
        values = {name: getattr(item, name) for name in AttributesForm.base_fields}
        return values | {"mask": mask_text(item.mask or {})}

    @classmethod
    def initial_of_all(cls, items: Sequence[Item]) -> dict[str, Any]:
        """Return what items have in common; where they differ the strictest, so that a hasty save opens nothing."""
        if not items:
            return {}
        each = [cls.initial_of(item) for item in items]
        common = {name: value for name, value in each[0].items() if all(one[name] == value for one in each)}
        strictest = {name: max(one[name] for one in each) for name in ("grade", "sharing_type", "opening_type")}
        return common | strictest


class ExceptionForm(SonghuaForm):
    """Who may see the resource as an exception, why and until when."""

    username = forms.CharField(label=_("User name"), max_length=64)
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 2}), max_length=1000)
    until = forms.DateField(label=_("Until"), widget=forms.DateInput)


class ProposeForm(SonghuaForm):
    """A file from which data items are proposed; it is not kept."""

    file = forms.FileField(
        label=_("File"), help_text=_("Its header gives the names, its values the types. The file is not kept.")
    )
