"""Tables of where data is fetched from on a schedule, and of every time it was."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from catalog.models.resources import Resource
from catalog.models.uploads import Upload
from catalog.models.versions import VERSION_KINDS
from catalog.workflow.source_runs import SOURCE_RUNS, UNDER_WAY
from catalog.workflow.sources import SOURCES

SOURCE_KINDS = (("database", _("Database")), ("folder", _("Folder")), ("bucket", _("Bucket (S3)")))
SOURCE_SCHEDULES = (
    ("hourly", _("every hour")),
    ("daily", _("every day")),
    ("weekly", _("every week")),
    ("monthly", _("every month")),
)


class Source(models.Model):
    """Where the data of a resource is fetched from.

    ``place`` holds what ``catalog.data.sources`` needs but no secret; ``secret`` is sealed. ``mark`` is how far
    versions reach: a watermark, or the files taken; it moves on only when a version stands.
    """

    resource = models.ForeignKey(Resource, models.CASCADE, related_name="sources")
    state = models.CharField(_("state"), max_length=20, choices=SOURCES.choices(), default=SOURCES.initial)
    title = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind of source"), max_length=10, choices=SOURCE_KINDS)
    place = models.JSONField(_("place"), default=dict)
    secret = models.TextField(_("sealed password"), blank=True, editable=False)
    mode = models.CharField(_("kind of version"), max_length=10, choices=VERSION_KINDS, default="replace")
    schedule = models.CharField(_("when"), max_length=10, choices=SOURCE_SCHEDULES, default="daily")
    hour = models.PositiveSmallIntegerField(_("hour"), default=3)
    day = models.PositiveSmallIntegerField(_("day"), default=1)
    mark = models.JSONField(_("how far"), default=dict)
    failures = models.PositiveSmallIntegerField(_("failures in a row"), default=0)
    next_run_at = models.DateTimeField(_("next time"), db_index=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ("resource_id", "pk")
        verbose_name = _("data source")

    def __str__(self) -> str:
        return self.title


class SourceRun(models.Model):
    """One time a source was asked.

    ``before`` is how far versions reached then, ``mark`` what that becomes when the version stands; ``log`` the steps
    in their order, each with ``at``, ``code`` and ``params``.
    """

    source = models.ForeignKey(Source, models.CASCADE, related_name="runs")
    state = models.CharField(_("state"), max_length=20, choices=SOURCE_RUNS.choices(), default=SOURCE_RUNS.initial)
    name = models.CharField(_("what was read"), max_length=300, blank=True)
    rows = models.BigIntegerField(_("rows"), default=0)
    byte_count = models.BigIntegerField(_("bytes"), default=0)
    before = models.JSONField(_("how far before"), default=dict)
    mark = models.JSONField(default=dict)
    code = models.CharField(max_length=60, blank=True)
    params = models.JSONField(default=dict)
    log = models.JSONField(_("steps"), default=list)
    upload = models.OneToOneField(Upload, models.SET_NULL, null=True, blank=True, related_name="source_run")
    asked_by = models.CharField(_("asked by"), max_length=100, blank=True)
    beat_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(_("begun"), db_default=Now())
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("run of a source")
        constraints = [
            models.UniqueConstraint(
                fields=["source"], condition=models.Q(state__in=UNDER_WAY), name="one_run_per_source"
            )
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.pk}"
