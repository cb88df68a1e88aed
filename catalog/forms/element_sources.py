"""The shape of what a coordinator types into the source register."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Department, Region
from portal.kernel.actors import Actor
from portal.web.forms import SonghuaForm


class SourceForm(SonghuaForm):
    """Which department is the source of a data element in a region of the coordinator's."""

    identifier = forms.SlugField(
        label=_("Identifier of the data element"), max_length=40, help_text=_("As the list of data elements shows it.")
    )
    region = forms.ModelChoiceField(Region.objects.none(), label=_("Region"))
    department = forms.CharField(
        label=_("Source department"), max_length=200, help_text=_("Its full name or its unified social credit code.")
    )
    resource_code = forms.CharField(label=_("Code of the resource that supplies it"), max_length=64, required=False)
    basis = forms.CharField(
        label=_("Decision that names it"), max_length=200, help_text=_("Document and number, or the meeting.")
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        regions = Region.objects.filter(code__in=actor.coordinated_regions)
        self.fields["region"].queryset = regions  # type: ignore[attr-defined]  # a ModelChoiceField

    def clean_department(self) -> Department:
        """Find the department by code or name; the province has too many for a list."""
        text = self.cleaned_data["department"].strip()
        found = Department.objects.filter(Q(uscc=text) | Q(name_zh=text) | Q(name_en__iexact=text), is_active=True)
        if len(found) != 1:
            raise forms.ValidationError(
                _("There is no active department of this name or code.")
                if not found
                else _("Several departments have this name; give the code.")
            )
        return found[0]
