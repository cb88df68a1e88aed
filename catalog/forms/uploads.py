"""The shape of files as officials hand them in."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.web.forms import SonghuaForm

MODES = (
    ("replace", _("All rows: they take the place of the version before")),
    ("append", _("New rows only: they are added to the version before")),
    ("delta", _("Changed rows only: they are found by their key")),
)


class UploadForm(SonghuaForm):
    """A file with the data of a resource; how it changes the version before is asked when there is one."""

    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "CSV, TSV, XLSX, XLS, ODS, JSON, NDJSON, XML, GeoJSON or Parquet, or a ZIP of these; text in UTF-8 or "
            "GB18030."
        ),
    )
    sheet = forms.CharField(
        label=_("Sheet"),
        max_length=100,
        required=False,
        help_text=_("Only for a workbook with several sheets that fit; otherwise the one that fits is found."),
    )
    tolerance = forms.DecimalField(
        label=_("Percent of the rows that may be left out"),
        min_value=0,
        max_value=100,
        decimal_places=2,
        required=False,
        help_text=_("0 means that every row must fit, or you are asked. Left empty, what the resource allows counts."),
    )
    mode = forms.ChoiceField(
        label=_("What the file holds"),
        choices=MODES,
        initial="replace",
        required=False,
        widget=forms.RadioSelect,
        help_text=_(
            "With changed rows, a column “_操作” (or “_op”) may say what a row does: 新增 or insert, 修改 or update, "
            "删除 or delete. Where it is empty, a row with a known key is changed and any other is added."
        ),
    )
    note = forms.CharField(
        label=_("What changed since the last version"), max_length=500, required=False, help_text=_("One line.")
    )

    def __init__(self, *args: Any, has_version: bool = False, tolerance: Decimal | int = 0, **kwargs: Any) -> None:
        super().__init__(*args, initial={"tolerance": tolerance}, **kwargs)
        if not has_version:
            del self.fields["mode"]

    def clean_mode(self) -> str:
        """Take the whole data where nothing is said."""
        return self.cleaned_data["mode"] or "replace"


class ToleranceForm(SonghuaForm):
    """How many rows the files of a resource may leave out where nothing is said with them."""

    tolerance = forms.DecimalField(
        label=_("Percent of the rows that may be left out"),
        min_value=0,
        max_value=100,
        decimal_places=2,
        help_text=_(
            "Counts for every file that says nothing itself, and for what sources fetch. Where more rows do not fit, "
            "a data officer is asked."
        ),
    )
