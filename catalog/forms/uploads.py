"""The shape of files as officials hand them in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.web.forms import SonghuaForm


class UploadForm(SonghuaForm):
    """A file with the data of a resource."""

    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "CSV, TSV, XLSX, XLS, ODS, JSON, NDJSON, XML, GeoJSON or Parquet, or a ZIP of these; text in UTF-8 or "
            "GB18030."
        ),
    )
    note = forms.CharField(
        label=_("What changed since the last version"), max_length=500, required=False, help_text=_("One line.")
    )
