"""The shape of input on the pages of requests."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.models import Resource
from portal.web.forms import SonghuaForm
from sharing.models import METHODS, Request
from sharing.selectors.content import OPERATIONS

SHOWN_CONDITIONS = 2
MOST_CONDITIONS = 10
_LONG = {"rows": 3}


class RequestForm(SonghuaForm):
    """The statements of a request (Order 809 art 20): marked as needed, yet a draft saves with gaps."""

    title = forms.CharField(
        label=_("Purpose in one line"),
        max_length=200,
        required=False,
        help_text=_("What you will do with the data. It is printed on the grant and binds you (Order 809, art 25)."),
    )
    use_scenario = forms.CharField(
        label=_("Use scenario"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs=_LONG),
        help_text=_("Which matter, which step, how often, by whom."),
    )
    legal_basis = forms.CharField(
        label=_("Legal basis"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs=_LONG),
        help_text=_("Document and article from which your task follows."),
    )
    scope = forms.CharField(
        label=_("Scope"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs=_LONG),
        help_text=_("Which part of the data you need, in words: regions, period, kind of cases."),
    )
    method = forms.ChoiceField(
        label=_("Sharing method"), choices=METHODS, required=False, widget=forms.RadioSelect, initial="file"
    )
    valid_until = forms.DateField(
        label=_("Needed until"),
        required=False,
        widget=forms.DateInput(),
        help_text=_("The grant ends on this day; a longer need is asked for again."),
    )
    items = forms.MultipleChoiceField(label=_("Data items"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, resource: Resource, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.MultipleChoiceField", self.fields["items"])
        field.choices = [(item.code, item.name_zh) for item in resource.items.all()]
        self._mark(is_needed=True)

    def full_clean(self) -> None:
        """Take gaps: what is missing is said when the request is submitted."""
        self._mark(is_needed=False)
        super().full_clean()
        self._mark(is_needed=True)

    def _mark(self, *, is_needed: bool) -> None:
        for field in self.fields.values():
            field.required = is_needed


class ConditionForm(SonghuaForm):
    """One condition on rows: an item, an operation, a value."""

    item = forms.ChoiceField(label=_("Data item"), required=False)
    op = forms.ChoiceField(label=_("Condition"), choices=list(OPERATIONS.items()), required=False)
    value = forms.CharField(label=_("Value"), required=False, max_length=1000)

    def __init__(self, *args: Any, resource: Resource, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ChoiceField", self.fields["item"])
        choosable = [item for item in resource.items.all() if not item.mask]
        field.choices = [("", _("no condition")), *((item.code, item.name_zh) for item in choosable)]

    @property
    def condition(self) -> dict[str, str] | None:
        """The condition as the services take it, or None when the line is empty."""
        given = self.cleaned_data if self.is_valid() else {}
        if not given.get("item"):
            return None
        return {"item": given["item"], "op": given["op"] or "eq", "value": given["value"].strip()}


ConditionFormSet = forms.formset_factory(ConditionForm, extra=0, max_num=MOST_CONDITIONS, absolute_max=MOST_CONDITIONS)


def initial_of(request: Request) -> dict[str, Any]:
    """Return what the form shows of a request."""
    names = ("title", "use_scenario", "legal_basis", "scope", "method", "valid_until", "items")
    return {name: getattr(request, name) for name in names}


def initial_conditions(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the lines of conditions, lists as comma texts, filled up with empty lines."""
    lines = [{**row, "value": _text(row["value"])} for row in rows]
    return [*lines, *({} for _line in range(max(1, SHOWN_CONDITIONS - len(lines))))]


def _text(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(str(part) for part in value)
    return str(value).lower() if isinstance(value, bool) else str(value)


class ListFilterForm(forms.Form):
    """Filters of the list of requests; unknown values are errors, not silently everything."""

    state = forms.ChoiceField(required=False)
    q = forms.CharField(required=False, max_length=100)
    tab = forms.ChoiceField(choices=[("all", ""), ("todo", "")], required=False)

    def __init__(self, *args: Any, states: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ChoiceField", self.fields["state"])
        field.choices = [("", ""), *states]


class ApproveForm(SonghuaForm):
    """The items an approver keeps."""

    items = forms.MultipleChoiceField(required=False)

    def __init__(self, *args: Any, codes: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.MultipleChoiceField", self.fields["items"])
        field.choices = [(code, code) for code in codes]


__all__ = [
    "ApproveForm",
    "ConditionFormSet",
    "ListFilterForm",
    "RequestForm",
    "initial_conditions",
    "initial_of",
]
