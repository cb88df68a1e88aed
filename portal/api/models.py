"""The table of answers already given under an Idempotency-Key."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class Idempotency(models.Model):
    """A write done once under a caller's key; a repeat gets the same answer. ``status`` is null while it runs."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.JSONField(null=True)
    location = models.TextField(default="")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="one_answer_per_key")]

    def __str__(self) -> str:
        return self.key
