"""The form in which a data officer proposes that data is deleted."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.models import Version
from portal.web.forms import SonghuaForm


class DeletionForm(SonghuaForm):
    """Which versions, why, and on what legal basis."""

    versions = forms.MultipleChoiceField(label=_("Versions whose data is deleted"), widget=forms.CheckboxSelectMultiple)
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea, max_length=2000)
    basis = forms.CharField(
        label=_("Legal basis"),
        help_text=_(
            "The law or the decision that asks for it or allows it, with its article. It stands in the certificate."
        ),
        widget=forms.Textarea,
        max_length=2000,
    )

    def __init__(self, *args: Any, versions: Iterable[Version], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label = _("Version %(number)s: %(rows)s rows, %(name)s")
        field: Any = self.fields["versions"]
        field.choices = [
            (str(one.number), label % {"number": one.number, "rows": one.row_count, "name": one.source_name})
            for one in versions
        ]

    @property
    def numbers(self) -> list[int]:
        """The numbers of the chosen versions."""
        return [int(number) for number in self.cleaned_data["versions"]]
