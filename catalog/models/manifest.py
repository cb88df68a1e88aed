"""Tables of the manifest: immutable data files, and what each column of each file lies between."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from catalog.models.resources import Resource


class DataFile(models.Model):
    """One immutable Parquet file; columns by id, and ``__row`` from ``first_row`` to ``last_row``, ascending.

    ``layout`` is the physical type of each column. A deleted file keeps its row here, without its ranges.
    """

    resource = models.ForeignKey(Resource, models.PROTECT, related_name="data_files")
    uri = models.CharField(_("file in the store"), max_length=300, unique=True)
    row_count = models.BigIntegerField(_("rows"))
    byte_count = models.BigIntegerField(_("bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    first_row = models.BigIntegerField(_("first row number"))
    last_row = models.BigIntegerField(_("last row number"))
    layout = models.JSONField(_("types in the file"))
    created_at = models.DateTimeField(_("made"), db_default=Now())
    deleted_at = models.DateTimeField(_("deleted"), null=True, blank=True)

    class Meta:
        ordering = ("resource_id", "id")
        verbose_name = _("data file")

    def __str__(self) -> str:
        return self.uri


class ColumnRange(models.Model):
    """What one column of one file lies between, as ``catalog.data.manifest.Span`` says; an empty bound is unknown.

    Texts are compared byte by byte, as the engines compare them.
    """

    file = models.ForeignKey(DataFile, models.CASCADE, related_name="ranges")
    column_id = models.CharField(_("column in the files"), max_length=63)
    nulls = models.BigIntegerField(_("missing values"))
    low_text = models.CharField(max_length=64, null=True, db_collation="C")  # noqa: DJ001 - "" is a value here
    high_text = models.CharField(max_length=64, null=True, db_collation="C")  # noqa: DJ001 - "" is a value here
    low_number = models.FloatField(null=True)
    high_number = models.FloatField(null=True)

    class Meta:
        verbose_name = _("range of a column")
        constraints = [
            models.UniqueConstraint(
                fields=["file", "column_id"],
                include=["nulls", "low_text", "high_text", "low_number", "high_number"],
                name="one_range_per_column",
            )
        ]

    def __str__(self) -> str:
        return f"{self.file_id} {self.column_id}"
