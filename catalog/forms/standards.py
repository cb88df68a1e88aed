"""The shape of data elements and code sets as their keepers type them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalog.models import CHECKS, ITEM_TYPES, CodeSet, Element
from catalog.services.elements import FIELDS
from portal.web.forms import SonghuaForm


class ElementForm(SonghuaForm):
    """One version of a data element."""

    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=100)
    name_en = forms.CharField(label=_("Name in English"), max_length=100, required=False)
    synonyms = forms.CharField(
        label=_("Other names"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line: names and column names under which old tables hold it. They make suggestions better."),
    )
    definition = forms.CharField(label=_("Definition"), widget=forms.Textarea(attrs={"rows": 3}))
    type = forms.ChoiceField(label=_("Type"), choices=ITEM_TYPES)
    length = forms.IntegerField(label=_("Length"), min_value=1, max_value=1_000_000, required=False)
    pattern = forms.CharField(
        label=_("Form"),
        max_length=200,
        required=False,
        help_text=_("A regular expression for the whole value, such as [0-9]{6}."),
    )
    check_rule = forms.ChoiceField(label=_("Check character"), choices=[("", "---------"), *CHECKS], required=False)
    code_set = forms.ModelChoiceField(
        label=_("Code set"), queryset=CodeSet.objects.all(), required=False, to_field_name="code"
    )
    unit = forms.CharField(label=_("Unit"), max_length=40, required=False)
    source = forms.CharField(label=_("Source standard"), max_length=200, required=False)

    def clean_synonyms(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["synonyms"].splitlines() if line.strip()]

    @staticmethod
    def initial_of(element: Element) -> dict[str, Any]:
        """Return what the form shows of an element."""
        values = {name: getattr(element, name) for name in FIELDS}
        return values | {"synonyms": "\n".join(element.synonyms)}


class NewElementForm(ElementForm):
    """A new data element; it may name its own identifier."""

    identifier = forms.CharField(
        label=pgettext_lazy("of a standard", "Identifier"),
        max_length=40,
        required=False,
        help_text=_("Empty: the next number of the series DE00001."),
    )
    field_order = ("identifier",)


class ElementsFileForm(SonghuaForm):
    """A file of data elements to be previewed."""

    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "CSV, XLSX or JSON as it is exported here, or with the heads 标识符, 中文名称, 定义, 数据类型 and so on. "
            "Nothing is written before you confirm. An empty cell leaves a field as it is."
        ),
    )
    enforce = forms.BooleanField(label=_("Put in force at once what is written"), required=False)


class NewCodeSetForm(SonghuaForm):
    """A new code set with the number of its first version."""

    code = forms.CharField(
        label=pgettext_lazy("of a standard", "Identifier"),
        max_length=60,
        help_text=_("Such as gbt-2261-1; it never changes."),
    )
    number = forms.CharField(label=_("Version"), max_length=40, help_text=_("Such as the year of the standard."))
    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=100)
    name_en = forms.CharField(label=_("Name in English"), max_length=100, required=False)
    source = forms.CharField(label=_("Source standard"), max_length=200, required=False)
    note = forms.CharField(label=_("Explanation"), widget=forms.Textarea(attrs={"rows": 2}), required=False)


class NewVersionForm(SonghuaForm):
    """The next version of a code set; it begins with the codes in force."""

    number = forms.CharField(label=_("Version"), max_length=40)
    valid_from = forms.DateField(label=_("Valid from"), required=False, widget=forms.DateInput)
    note = forms.CharField(label=_("What changed"), widget=forms.Textarea(attrs={"rows": 2}), required=False)


class CodesForm(SonghuaForm):
    """A file with the codes of a version."""

    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "CSV, XLSX or JSON with the columns code, label_zh, label_en, parent, valid_from, valid_to "
            "(or 代码, 名称, 英文名称, 上级代码, 启用日期, 停用日期)."
        ),
    )
