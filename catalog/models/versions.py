"""Tables of what lies in the store: versions of a resource's data, and which files each of them names."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from catalog.models.manifest import DataFile
from catalog.models.resources import Resource

VERSION_KINDS = (("replace", _("Whole data anew")), ("append", _("Rows added")), ("delta", _("Rows changed by key")))


class Version(models.Model):
    """One immutable version of a resource's data: a list of data files with its columns and profile.

    ``columns`` is the schema as ``catalog.data.schema`` writes it, under the names of its day; ``layout`` the
    physical type of each column over all files; ``profile`` as ``catalog.data.profile``. ``sha256`` is over the
    files and the columns (``catalog.data.manifest.content_hash``). ``last_row`` is the highest row number ever
    given in this line of versions: rows that are added begin after it.
    """

    resource = models.ForeignKey(Resource, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    kind = models.CharField(_("kind of version"), max_length=10, choices=VERSION_KINDS, default="replace")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    files = models.ManyToManyField(DataFile, through="VersionFile", related_name="versions")
    row_count = models.BigIntegerField(_("rows"))
    byte_count = models.BigIntegerField(_("bytes"))
    last_row = models.BigIntegerField(_("last row number"), default=0)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    columns = models.JSONField(_("columns"))
    layout = models.JSONField(_("types in the files"), default=dict)
    profile = models.JSONField(_("profile"), default=dict)
    changes = models.JSONField(_("rows added, changed, removed"), default=dict)
    source_name = models.CharField(_("uploaded file"), max_length=255)
    source_sha256 = models.CharField(_("SHA-256 of the uploaded file"), max_length=64)
    note = models.TextField(_("what changed"), blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("made"), db_default=Now())
    deleted_at = models.DateTimeField(_("deleted"), null=True, blank=True)

    class Meta:
        ordering = ("resource_id", "-number")
        verbose_name = _("version")
        constraints = [models.UniqueConstraint(fields=["resource", "number"], name="one_version_per_number")]

    def __str__(self) -> str:
        return f"{self.resource_id} v{self.number}"


class VersionFile(models.Model):
    """A data file as one of a version's, in its place; ``rows_before`` counts the rows of the files before it."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="manifest")
    file = models.ForeignKey(DataFile, models.PROTECT, related_name="places")
    position = models.PositiveIntegerField(_("position"))
    rows_before = models.BigIntegerField(_("rows before"))

    class Meta:
        ordering = ("version_id", "position")
        verbose_name = _("file of a version")
        constraints = [
            models.UniqueConstraint(fields=["version", "position"], name="one_file_per_position"),
            models.UniqueConstraint(fields=["version", "file"], name="file_once_per_version"),
        ]
        indexes = [models.Index(fields=["version", "rows_before"], name="version_rows_before")]

    def __str__(self) -> str:
        return f"{self.version_id}/{self.position}"
