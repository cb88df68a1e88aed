"""The shape of what an official enters for an open edition; gaps are allowed in a draft."""

import re
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from catalog.models import Resource
from opening.models import NAME_FORM, Publication
from opening.selectors import licenses
from portal.web.bilingual import bilingual
from portal.web.forms import SonghuaForm

_KEYWORDS = re.compile(r"[,，;；、\n]+")


class EditionForm(SonghuaForm):
    """Texts, license and items of an edition; the items are laid out as a table beside it."""

    title_zh = forms.CharField(label=_("Title in Chinese"), max_length=200)
    title_en = forms.CharField(label=_("Title in English"), max_length=200, required=False)
    summary_zh = forms.CharField(
        label=_("What it is, in Chinese"),
        required=False,
        widget=forms.Textarea,
        help_text=_("A few sentences for readers who do not know your department."),
    )
    summary_en = forms.CharField(label=_("What it is, in English"), required=False, widget=forms.Textarea)
    limits_zh = forms.CharField(
        label=_("What it is not, in Chinese"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What is missing, what it must not be used for, what is often misunderstood."),
    )
    limits_en = forms.CharField(
        label=_("What it is not, in English"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    keywords = forms.CharField(label=_("Keywords"), required=False, max_length=400, help_text=_("Separated by commas."))
    source_note = forms.CharField(
        label=_("Source of the data"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    license_code = forms.ChoiceField(label=_("License"), required=False, widget=forms.RadioSelect)
    contact = forms.CharField(
        label=_("Contact"),
        max_length=200,
        required=False,
        help_text=_("An office, a telephone number or a mail address; the public sees it. No personal names."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chinese = (get_language() or "").startswith("zh")
        choices = [
            (license_.pk, f"{bilingual(license_, 'title', chinese=chinese).text} ({license_.pk})")
            for license_ in licenses()
        ]
        self.fields["license_code"] = forms.ChoiceField(
            label=_("License"), required=False, widget=forms.RadioSelect, choices=choices
        )

    def clean_keywords(self) -> list[str]:
        words = (word.strip() for word in _KEYWORDS.split(self.cleaned_data["keywords"]))
        return list(dict.fromkeys(word for word in words if word))


class NewEditionForm(EditionForm):
    """The same with the name in the address, which never changes afterwards."""

    name = forms.RegexField(
        rf"^{NAME_FORM}$",
        label=_("Name in the address"),
        max_length=100,
        help_text=_("Small letters, digits and hyphens, e.g. jilin-streets. It stays for good."),
    )
    field_order = ("name",)


def initial_of(source: Publication | Resource) -> dict[str, Any]:
    """Return what the form shows first: the edition's texts, or those of the resource it is made from."""
    if isinstance(source, Publication):
        names = ("title_zh", "title_en", "summary_zh", "summary_en", "limits_zh", "limits_en", "source_note", "contact")
        texts = {name: getattr(source, name) for name in names}
        return {**texts, "keywords": ", ".join(source.keywords), "license_code": source.license_id or ""}
    return {
        "title_zh": source.title_zh,
        "title_en": source.title_en,
        "summary_zh": source.abstract_zh,
        "summary_en": source.abstract_en,
        "source_note": source.source_note,
        "keywords": ", ".join(map(str, source.keywords)),
        "contact": " ".join(part for part in (source.provider.name_zh, source.provider.phone) if part),
    }
