"""The shape of input for license types, licenses, acts on them and verification."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from licenses.models import LAPSED, LAPSED_LABEL, HolderCodeType, HolderKind, LicenseType, Look, State
from licenses.seals.schema import Exposure, FieldSpec, Kind
from portal.accounts.models import Department
from portal.kernel.errors import Invalid
from portal.web.forms import SonghuaForm

VALUE_PREFIX = "value_"
_KINDS = [
    (Kind.TEXT, pgettext_lazy("kind of field", "Text")),
    (Kind.DATE, pgettext_lazy("kind of field", "Date")),
    (Kind.NUMBER, pgettext_lazy("kind of field", "Number")),
    (Kind.CHOICE, pgettext_lazy("kind of field", "Choice")),
]
_EXPOSURES = [
    (Exposure.HIDDEN, pgettext_lazy("public sees field", "Nothing")),
    (Exposure.MASKED, pgettext_lazy("public sees field", "Masked")),
    (Exposure.SHOWN, pgettext_lazy("public sees field", "Everything")),
]
_SEPARATORS = re.compile(r"[;；、,，\n]")
_NOT_IN_KEY = re.compile(r"[^a-z0-9]+")


class TypeForm(SonghuaForm):
    """What a license type is, but for its fields."""

    department = forms.ModelChoiceField(Department.objects.none(), label=_("Defining department"), empty_label=None)
    number = forms.RegexField(
        r"^[0-9]{3}$",
        label=_("Number"),
        help_text=_("Three digits. With the credit code of the department they make the type code of 21 characters."),
    )
    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=100)
    name_en = forms.CharField(label=_("Name in English"), max_length=200, required=False)
    legal_basis = forms.CharField(
        label=_("Legal basis"), max_length=300, required=False, help_text=_("The document and its article.")
    )
    holder_kind = forms.ChoiceField(label=_("Held by"), choices=HolderKind.choices)
    holder_code_types = forms.MultipleChoiceField(
        label=_("Kinds of holder code"), choices=HolderCodeType.choices, widget=forms.CheckboxSelectMultiple
    )
    validity_months = forms.IntegerField(
        label=_("Months of validity"),
        required=False,
        min_value=1,
        max_value=1200,
        help_text=_("Leave empty for licenses without an end."),
    )
    renew_window_days = forms.IntegerField(
        label=_("Days before the end for renewal"), min_value=0, max_value=730, initial=90
    )
    single_instance = forms.BooleanField(label=_("One valid license per holder"), required=False)
    look = forms.ChoiceField(label=_("Printed look"), choices=Look.choices)
    issuers = forms.ModelMultipleChoiceField(
        Department.objects.none(),
        label=_("Departments that may issue it"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Without a choice, the defining department alone."),
    )

    def __init__(
        self, *args: Any, departments: QuerySet[Department], issuers: QuerySet[Department], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = departments  # type: ignore[attr-defined]  # a ModelChoiceField
        self.fields["issuers"].queryset = issuers  # type: ignore[attr-defined]  # a ModelMultipleChoiceField

    def fix_identity(self) -> None:
        """Leave department and number out: they never change once a type exists."""
        del self.fields["department"], self.fields["number"]


class FieldForm(SonghuaForm):
    """One field of a license type, as a row of a table."""

    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=60)
    name_en = forms.CharField(label=_("Name in English"), max_length=100, required=False)
    key = forms.CharField(label=_("Key"), max_length=40, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=_KINDS, initial=Kind.TEXT)
    choices = forms.CharField(label=_("Values of a choice"), max_length=500, required=False)
    required = forms.BooleanField(label=_("Required"), required=False)
    exposure = forms.ChoiceField(label=_("Public sees"), choices=_EXPOSURES, initial=Exposure.HIDDEN)

    def to_json(self, number: int) -> dict[str, Any]:
        """Give the stored form of the field; a key that was left empty is made from the English name or the number."""
        data = self.cleaned_data
        made = _NOT_IN_KEY.sub("_", data["name_en"].lower()).strip("_")[:40]
        key = data["key"] or (made if made[:1].isalpha() else f"field_{number}")
        choices = [part.strip() for part in _SEPARATORS.split(data["choices"]) if part.strip()]
        return {**data, "key": key, "choices": choices}


FieldFormSet = forms.formset_factory(FieldForm, extra=1, max_num=30, validate_max=True, can_delete=True)


def fields_of(formset: Any) -> list[dict[str, Any]]:
    """Give the filled rows of a valid formset in their stored form, without the deleted ones."""
    rows = [form for form in formset if form.has_changed() and not form.cleaned_data.get("DELETE")]
    return [
        {name: value for name, value in form.to_json(number).items() if name != "DELETE"}
        for number, form in enumerate(rows, start=1)
    ]


class _ValuesForm(SonghuaForm):
    """A form whose tail is the fields of a license type."""

    def __init__(self, *args: Any, specs: tuple[FieldSpec, ...], chinese: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for spec in specs:
            self.fields[VALUE_PREFIX + spec.key] = _value_field(spec, chinese=chinese)
        self.specs = specs
        self.order_fields([name for name in self.fields if name not in {"reason", "basis"}])

    def values(self) -> dict[str, str]:
        """Give what was entered for the type's fields, by key, dates as ISO 8601, what was left empty as empty."""
        entered = {spec.key: self.cleaned_data.get(VALUE_PREFIX + spec.key) for spec in self.specs}
        return {key: _as_text(value) for key, value in entered.items()}

    def add_invalid(self, error: Invalid) -> None:
        """Put messages about a type's field on that field."""
        keys = {spec.key for spec in self.specs}
        renamed = {VALUE_PREFIX + name if name in keys else name: texts for name, texts in error.fields.items()}
        super().add_invalid(Invalid(error.message, code=error.code, fields=renamed))


class IssueForm(_ValuesForm):
    """What a license says about its holder, its term and its own fields."""

    issuer = forms.ModelChoiceField(Department.objects.none(), label=_("Issuing department"), empty_label=None)
    holder_name = forms.CharField(label=_("Name of the holder"), max_length=200)
    holder_code_type = forms.ChoiceField(label=_("Kind of holder code"))
    holder_code = forms.CharField(label=_("Holder code"), max_length=64)
    number = forms.CharField(
        label=_("License number"), max_length=64, required=False, help_text=_("Left empty, the serial is used.")
    )
    valid_from = forms.DateField(label=_("Valid from"), widget=forms.DateInput)
    valid_to = forms.DateField(
        label=_("Valid to"), widget=forms.DateInput, required=False,
        help_text=_("Left empty, it follows from the type."),
    )  # fmt: skip

    def __init__(self, *args: Any, code_types: list[str], issuers: QuerySet[Department], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["issuer"].queryset = issuers  # type: ignore[attr-defined]  # a ModelChoiceField
        kinds = [choice for choice in HolderCodeType.choices if choice[0] in code_types]
        self.fields["holder_code_type"].choices = kinds  # type: ignore[attr-defined]  # a ChoiceField


class ChangeForm(_ValuesForm):
    """What changes in a license, and why."""

    holder_name = forms.CharField(label=_("Name of the holder"), max_length=200)
    reason = forms.CharField(
        label=pgettext_lazy("license", "Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    basis = forms.CharField(label=_("Legal basis"), max_length=300, required=False)


class RenewForm(SonghuaForm):
    """The new term of a license, and why."""

    valid_from = forms.DateField(label=_("Valid from"), widget=forms.DateInput)
    valid_to = forms.DateField(
        label=_("Valid to"), widget=forms.DateInput, required=False,
        help_text=_("Left empty, it follows from the type."),
    )  # fmt: skip
    reason = forms.CharField(
        label=pgettext_lazy("license", "Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    basis = forms.CharField(label=_("Legal basis"), max_length=300, required=False)


class ActForm(SonghuaForm):
    """Reason and legal basis of an act on a license; the service says which it needs."""

    reason = forms.CharField(
        label=pgettext_lazy("license", "Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    basis = forms.CharField(
        label=_("Legal basis"), max_length=300, required=False,
        help_text=_("Needed to withhold or revoke: the document and its article."),
    )  # fmt: skip


class LicenseFilterForm(SonghuaForm):
    """The filters of the list of licenses."""

    q = forms.CharField(label=_("Identifier, number or holder code"), required=False, max_length=100)
    type = forms.ChoiceField(label=_("Type"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)
    ending = forms.ChoiceField(
        label=_("Ends within"),
        required=False,
        choices=[("", _("Any time")), ("30", _("30 days")), ("90", _("90 days")), ("365", _("A year"))],
    )

    def __init__(self, *args: Any, types: QuerySet[LicenseType], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(type_.code, type_.name_zh) for type_ in types]
        self.fields["type"].choices = [("", _("All types")), *named]  # type: ignore[attr-defined]  # a ChoiceField
        states = [choice for choice in State.choices if choice[0] != State.ISSUING]
        self.fields["state"].choices = [("", _("All states")), *states, (LAPSED, LAPSED_LABEL)]  # type: ignore[attr-defined]  # a ChoiceField


class VerifyForm(SonghuaForm):
    """What stands on the paper: an identifier or printed code, and the holder's name."""

    text = forms.CharField(
        label=_("Identifier or code on the license"),
        max_length=200,
        help_text=_("The identifier begins with 1.2.156; the code stands at the foot of the paper."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}),
    )
    holder_name = forms.CharField(
        label=_("Full name of the holder"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


def initial_of(type_: LicenseType) -> dict[str, Any]:
    """Give the present content of a type for its form."""
    names = (
        "name_zh", "name_en", "legal_basis", "holder_kind", "holder_code_types", "validity_months",
        "renew_window_days", "single_instance", "look",
    )  # fmt: skip
    return {name: getattr(type_, name) for name in names} | {"issuers": type_.issuers.all()}


def field_rows(fields: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Give the present fields of a type for the rows of their formset."""
    return [{**field, "choices": "；".join(field["choices"])} for field in fields]


def labeled_fields(specs: tuple[FieldSpec, ...]) -> list[dict[str, Any]]:
    """Give the fields of a type with the words for their kind and exposure."""
    kinds, exposures = dict(_KINDS), dict(_EXPOSURES)
    return [
        {**spec.to_json(), "kind_label": kinds[spec.kind], "exposure_label": exposures[spec.exposure]} for spec in specs
    ]


def row_problems(formset: Any) -> list[tuple[str, str]]:
    """Give the errors of the rows for the error summary: text and the anchor of the field."""
    return [
        (f"{number}. {form[name].label}: {text}", form[name].id_for_label)
        for number, form in enumerate(formset, start=1)
        for name, texts in form.errors.items()
        if name in form.fields
        for text in texts
    ]


def _value_field(spec: FieldSpec, *, chinese: bool) -> forms.Field:
    label = spec.name_zh if chinese or not spec.name_en else spec.name_en
    common: dict[str, Any] = {"label": label, "required": spec.required}
    if spec.kind is Kind.DATE:
        return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **common)
    if spec.kind is Kind.NUMBER:
        return forms.DecimalField(**common)
    if spec.kind is Kind.CHOICE:
        return forms.ChoiceField(choices=[("", "—"), *((one, one) for one in spec.choices)], **common)
    return forms.CharField(max_length=2000, **common)


def _as_text(value: object) -> str:
    if isinstance(value, datetime.date):
        return value.isoformat()
    return "" if value is None else str(value)
