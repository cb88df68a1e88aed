"""Tables of workflow: deadlines, the days of the working calendar, snapshots for comparison, counters of numbers."""

from datetime import date

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Deadline(models.Model):
    """A clock in working days that runs on one object; overdue is computed from ``due_on``, never a state."""

    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=64)
    kind = models.CharField(_("kind"), max_length=60)
    working_days = models.PositiveSmallIntegerField(_("working days"))
    started_on = models.DateField(_("started"))
    due_on = models.DateField(_("due"))
    paused_on = models.DateField(_("paused"), null=True, blank=True)
    was_paused = models.BooleanField(default=False)
    was_extended = models.BooleanField(default=False)
    stopped_at = models.DateTimeField(_("stopped"), null=True, blank=True)
    reminded_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ("due_on", "id")
        verbose_name = _("deadline")
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="deadline_subject")]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_type", "subject_id", "kind"],
                condition=models.Q(stopped_at=None),
                name="one_running_deadline_per_kind",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.due_on}"

    @property
    def is_running(self) -> bool:
        return self.stopped_at is None and self.paused_on is None

    @property
    def is_late(self) -> bool:
        """Whether the day it was or is due has passed without a stop (a paused clock is not late)."""
        end = timezone.localdate(self.stopped_at) if self.stopped_at else timezone.localdate()
        return self.paused_on is None and end > self.due_on


class CalendarDay(models.Model):
    """A day of the working calendar that overrides the built-in table, from a State Council holiday notice."""

    day: "models.DateField[date, date]" = models.DateField(_("day"), primary_key=True)
    is_working = models.BooleanField(_("working day"))
    source = models.CharField(_("source"), max_length=200)

    class Meta:
        ordering = ("day",)
        verbose_name = _("calendar day")

    def __str__(self) -> str:
        return str(self.day)


class Snapshot(models.Model):
    """What an object said when it was submitted, so that a reviewer sees field by field what changed since."""

    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=64)
    number = models.PositiveIntegerField()
    content = models.JSONField()
    taken_by = models.CharField(max_length=100, blank=True)
    taken_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ("subject_type", "subject_id", "number")
        constraints = [
            models.UniqueConstraint(fields=["subject_type", "subject_id", "number"], name="one_snapshot_per_number")
        ]

    def __str__(self) -> str:
        return f"{self.subject_type}/{self.subject_id} #{self.number}"


class Counter(models.Model):
    """The last number given out in a series, e.g. ``GX-2026``."""

    series = models.CharField(primary_key=True, max_length=40)
    value = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.series}-{self.value}"
