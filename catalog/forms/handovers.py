"""The shape of what is typed to propose a hand-over."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.forms.departments import DepartmentField
from catalog.models import EXTENTS, HandOver, Resource
from portal.web.forms import SonghuaForm


class HandOverForm(SonghuaForm):
    """From whom, to whom, by which document, what. ``hand_over`` is one that came back and is proposed again."""

    giver = DepartmentField(label=_("Giving department"), dissolved=True)
    taker = DepartmentField(label=_("Taking department"))
    document = forms.CharField(
        label=_("Document that orders the merger or split"), max_length=200, help_text=_("Title and number.")
    )
    extent = forms.ChoiceField(label=_("What is handed over"), choices=EXTENTS, widget=forms.RadioSelect, initial="all")
    resources = forms.CharField(
        label=_("Codes of the chosen resources"),
        required=False,
        widget=forms.Textarea,
        help_text=_("One on each line. Leave this empty when all are handed over."),
    )
    note = forms.CharField(label=_("Note"), widget=forms.Textarea, max_length=2000, required=False)

    def __init__(self, *args: Any, hand_over: HandOver | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if hand_over is not None:
            del self.fields["giver"], self.fields["taker"]

    def clean_resources(self) -> list[Resource]:
        """Find the resources by their codes; which department they belong to is checked by the service."""
        codes = list(dict.fromkeys(self.cleaned_data["resources"].split()))
        found = {one.code: one for one in Resource.objects.filter(code__in=codes).select_related("provider")}
        if missing := [code for code in codes if code not in found]:
            raise forms.ValidationError(_("There is no resource with the code %(code)s.") % {"code": missing[0]})
        return [found[code] for code in codes]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        extent = data.pop("extent", "")
        if extent == "chosen" and "resources" in data and not data["resources"]:
            self.add_error("resources", _("Choose at least one resource."))
        data["resources"] = data.get("resources", []) if extent == "chosen" else []
        return data
