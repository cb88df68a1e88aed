"""The shape of what a coordinator types into the source register."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.forms.departments import DepartmentField
from portal.accounts.models import Region
from portal.kernel.actors import Actor
from portal.web.forms import SonghuaForm


class SourceForm(SonghuaForm):
    """Which department is the source of a data element in a region of the coordinator's."""

    identifier = forms.SlugField(
        label=_("Identifier of the data element"), max_length=40, help_text=_("As the list of data elements shows it.")
    )
    region = forms.ModelChoiceField(Region.objects.none(), label=_("Region"))
    department = DepartmentField(label=_("Source department"))
    resource_code = forms.CharField(label=_("Code of the resource that supplies it"), max_length=64, required=False)
    basis = forms.CharField(
        label=_("Decision that names it"), max_length=200, help_text=_("Document and number, or the meeting.")
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        regions = Region.objects.filter(code__in=actor.coordinated_regions)
        self.fields["region"].queryset = regions  # type: ignore[attr-defined]  # a ModelChoiceField
