"""The shape of what officials type to attach an assessment."""

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.models import ASSESSMENT_KINDS
from portal.web.forms import SonghuaForm


class AssessmentDocumentForm(SonghuaForm):
    """Which assessment, and its signed document."""

    kind = forms.ChoiceField(label=_("Assessment"), choices=ASSESSMENT_KINDS)
    file = forms.FileField(
        label=_("Document"),
        help_text=_("PDF, OFD, DOCX, PNG or JPEG of at most 20 MB. It is kept and never changed."),
    )
