"""Shape of the auditor's search."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.audit.models import OUTCOMES
from portal.web.forms import SonghuaForm


class RecordSearch(SonghuaForm):
    """What an auditor looks for; every field is optional."""

    who = forms.CharField(label=_("Who"), required=False, max_length=100)
    action = forms.CharField(label=_("Act"), required=False, max_length=60)
    object = forms.CharField(label=_("Object"), required=False, max_length=300)
    outcome = forms.ChoiceField(label=_("Outcome"), required=False, choices=[("", _("All")), *OUTCOMES])
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
