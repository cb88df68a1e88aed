"""Tables of what comes in: files handed in, their check and its report."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from catalog.models.resources import Resource
from catalog.models.versions import VERSION_KINDS, Version
from catalog.workflow import UPLOADS


class Upload(models.Model):
    """A file somebody handed in for a resource, its check and the report; accepted ones made a version.

    ``lease`` names the one run that may end the check; it gives a sign every few seconds (``beat_at``), and only a
    run whose signs have stopped is followed by another.
    """

    resource = models.ForeignKey(Resource, models.CASCADE, related_name="uploads")
    state = models.CharField(_("state"), max_length=20, choices=UPLOADS.choices(), default=UPLOADS.initial)
    file = models.CharField(_("file in the store"), max_length=300)
    name = models.CharField(_("file name"), max_length=255)
    byte_count = models.BigIntegerField(_("bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True)
    mode = models.CharField(_("kind of version"), max_length=10, choices=VERSION_KINDS, default="replace")
    note = models.TextField(_("what changed"), blank=True)
    sheet = models.CharField(_("sheet"), max_length=100, blank=True)
    tolerance = models.DecimalField(
        _("percent of the rows that may be left out"), max_digits=5, decimal_places=2, default=0
    )
    progress = models.PositiveSmallIntegerField(_("progress in percent"), default=0)
    stage = models.CharField(_("stage of the check"), max_length=20, blank=True)
    rows_read = models.BigIntegerField(_("rows so far"), default=0)
    started_at = models.DateTimeField(_("check begun"), null=True, blank=True)
    lease = models.CharField(_("which run checks it"), max_length=32, blank=True)
    attempts = models.PositiveSmallIntegerField(_("runs begun"), default=0)
    beat_at = models.DateTimeField(_("last sign of that run"), null=True, blank=True)
    report = models.JSONField(_("report"), default=dict)
    version = models.OneToOneField(Version, models.SET_NULL, null=True, blank=True, related_name="upload")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("handed in"), db_default=Now())
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        ordering = ("-created_at",)
        verbose_name = _("upload")

    def __str__(self) -> str:
        return self.name
