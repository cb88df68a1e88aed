"""The forms of the roof's pages: one's own keys; people, departments and duties for administrators."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import DUTIES, Department, Region
from portal.accounts.selectors import departments_in_reach
from portal.accounts.services import SCOPES
from portal.kernel.actors import Actor
from portal.kernel.errors import Text
from portal.web.forms import SonghuaForm

SCOPE_WORDS: dict[str, Text] = {
    "catalog:read": _("Read the catalog"),
    "catalog:write": _("Change the catalog"),
    "sharing:read": _("Read requests and granted rows"),
    "sharing:write": _("Make and decide requests"),
    "opening:read": _("Read publications"),
    "opening:write": _("Publish open editions"),
    "licenses:read": _("Read and verify licenses"),
    "licenses:write": _("Issue and change licenses"),
    "audit:read": _("Read the audit record"),
}


class OwnKeyForm(SonghuaForm):
    """A name for the key, what it may do, and how long."""

    name = forms.CharField(
        label=_("What the key is for"), max_length=100, help_text=_("For example the name of the program that uses it.")
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=[(scope, SCOPE_WORDS.get(scope, scope)) for scope in SCOPES],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("A key never lets its holder do more than you may do yourself."),
    )
    days = forms.TypedChoiceField(
        label=_("Valid for"),
        coerce=int,
        choices=[(30, _("30 days")), (90, _("90 days")), (365, _("1 year"))],
        initial=90,
    )


class PersonForm(SonghuaForm):
    """A new account; duties are given by a security administrator afterwards."""

    username = forms.RegexField(
        r"^[A-Za-z0-9._-]+$",
        label=_("User name"),
        max_length=64,
        help_text=_("Letters, digits, dots, hyphens and underscores."),
        error_messages={"invalid": _("Use only letters, digits, dots, hyphens and underscores.")},
    )
    name = forms.CharField(label=_("Name"), max_length=100)
    name_pinyin = forms.CharField(label=_("Name in pinyin"), max_length=200, required=False)
    email = forms.EmailField(label=_("Mail address"), required=False)
    password = forms.CharField(
        label=_("First password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = " ".join(password_validators_help_texts())

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password)
        return password


class DutyForm(SonghuaForm):
    """A duty in a department within the administrator's reach."""

    department = forms.ModelChoiceField(label=_("Department"), queryset=Department.objects.none())
    duty = forms.ChoiceField(label=_("Duty"), choices=DUTIES)

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        departments: Any = self.fields["department"]
        departments.queryset = departments_in_reach(actor)


class DepartmentForm(SonghuaForm):
    """A department as it is registered."""

    uscc = forms.CharField(label=_("Unified social credit code"), max_length=18, min_length=18)
    slug = forms.SlugField(label=_("Name in addresses"), max_length=100)
    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=200)
    name_en = forms.CharField(label=_("Name in English"), max_length=200, required=False)
    region = forms.ModelChoiceField(label=_("Region"), queryset=Region.objects.all())
    is_authority = forms.BooleanField(label=_("Data authority of its region"), required=False)
    phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    duty_zh = forms.CharField(label=_("Duties in Chinese"), required=False, widget=forms.Textarea)
    duty_en = forms.CharField(label=_("Duties in English"), required=False, widget=forms.Textarea)
