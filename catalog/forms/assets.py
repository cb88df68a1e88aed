"""The shape of what officials type about a resource as an asset."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models import COLLECTION_METHODS, COST_KINDS, DERIVATION_KINDS, STAGES, AssetSheet, Resource
from catalog.selectors.assets import ENTERED
from portal.web.bilingual import text_of
from portal.web.forms import SonghuaForm

_PLANNED, _REACHED = "planned_", "reached_"


class AssetForm(SonghuaForm):
    """The asset sheet of a resource."""

    collection_method = forms.ChoiceField(
        label=_("How the data arises"), choices=[("", "---------"), *COLLECTION_METHODS], required=False
    )
    system_name = forms.CharField(label=_("Information system it comes from"), max_length=200, required=False)
    storage_place = forms.CharField(label=_("Where the original is kept"), max_length=200, required=False)
    value_statement = forms.CharField(
        label=_("Value statement"),
        widget=forms.Textarea,
        required=False,
        max_length=2000,
        help_text=_("For which matters the data is used, and what it saves people and departments."),
    )
    keep_until = forms.DateField(label=_("Kept until"), widget=forms.DateInput, required=False)
    keep_basis = forms.CharField(
        label=_("Basis of the retention period"),
        max_length=200,
        required=False,
        help_text=_("The law, rule or decision that sets it."),
    )

    collect_again_reason = forms.CharField(
        label=_("Why it is collected although sharing supplies it"),
        widget=forms.Textarea,
        required=False,
        max_length=1000,
        help_text=_("Only where another department is named the source of a data element in it (Order 809 art 19)."),
    )

    @staticmethod
    def initial_of(sheet: AssetSheet | None) -> dict[str, Any]:
        """Return what the form shows of a sheet."""
        return {name: getattr(sheet, name) for name in AssetForm.base_fields} if sheet else {}


class StagesForm(SonghuaForm):
    """A planned day for each stage of the life cycle; the day reached where no record can tell."""

    def __init__(self, *args: Any, resource: Resource, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plans = {plan.stage: plan for plan in resource.stage_plans.all()}
        for stage, label in STAGES:
            plan = plans.get(stage)
            if stage in ENTERED:
                self.fields[_REACHED + stage] = _day(
                    _("%(stage)s on") % {"stage": label}, plan.reached_on if plan else None
                )
            self.fields[_PLANNED + stage] = _day(
                _("%(stage)s: planned for") % {"stage": label}, plan.planned_on if plan else None
            )

    @property
    def planned(self) -> dict[str, date | None]:
        """Stage → planned day."""
        return self._days(_PLANNED)

    @property
    def reached(self) -> dict[str, date | None]:
        """Stage → day reached, of the stages that a person enters."""
        return self._days(_REACHED)

    def _days(self, prefix: str) -> dict[str, date | None]:
        return {name.removeprefix(prefix): day for name, day in self.cleaned_data.items() if name.startswith(prefix)}


def _day(label: str, value: date | None) -> forms.DateField:
    field = forms.DateField(label=label, required=False, initial=value, widget=forms.DateInput)
    field.widget.input_type = "date"
    field.widget.format = "%Y-%m-%d"
    return field


class CostForm(SonghuaForm):
    """What a resource cost in one year for one kind of work."""

    year = forms.IntegerField(label=_("Year"))
    kind = forms.ChoiceField(label=_("Kind of cost"), choices=COST_KINDS)
    amount = forms.DecimalField(
        label=_("Amount in yuan"),
        max_digits=14,
        decimal_places=2,
        required=False,
        help_text=_("Empty takes the entry away."),
    )
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].initial = timezone.localdate().year


class OriginForm(SonghuaForm):
    """What a resource, or one of its items, is made from."""

    source_code = forms.CharField(
        label=_("Code of the resource it is made from"),
        max_length=64,
        help_text=_("As the catalog shows it, such as 307000000000/000012."),
    )
    kind = forms.ChoiceField(label=_("How"), choices=DERIVATION_KINDS)
    column = forms.ChoiceField(label=_("Data item"), required=False)
    source_column = forms.CharField(
        label=_("From the data item"),
        max_length=63,
        required=False,
        help_text=_("The column name in the other resource."),
    )
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, resource: Resource, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(item.code, f"{text_of(item, 'name')} ({item.code})") for item in resource.items.all()]
        self.fields["column"].choices = [("", _("The resource as a whole")), *names]  # type: ignore[attr-defined]  # a ChoiceField
