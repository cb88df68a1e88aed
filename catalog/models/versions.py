"""Tables of what lies in the store: versions of a resource's data."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from catalog.models.resources import Resource


class Version(models.Model):
    """One immutable version of a resource's data: a Parquet file in the store with its columns and profile.

    ``columns`` is the schema of the file as ``catalog.data.schema`` writes it; ``profile`` as ``catalog.data.profile``.
    """

    resource = models.ForeignKey(Resource, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    file = models.CharField(_("file in the store"), max_length=300)
    row_count = models.BigIntegerField(_("rows"))
    byte_count = models.BigIntegerField(_("bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    columns = models.JSONField(_("columns"))
    profile = models.JSONField(_("profile"), default=dict)
    source_name = models.CharField(_("uploaded file"), max_length=255)
    source_sha256 = models.CharField(_("SHA-256 of the uploaded file"), max_length=64)
    note = models.TextField(_("what changed"), blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("made"), db_default=Now())

    class Meta:
        ordering = ("resource_id", "-number")
        verbose_name = _("version")
        constraints = [models.UniqueConstraint(fields=["resource", "number"], name="one_version_per_number")]

    def __str__(self) -> str:
        return f"{self.resource_id} v{self.number}"
