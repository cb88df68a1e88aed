"""Tables of the audit record: entries as written, their places in the chain, and the signed-off heads.

Entries, links and checkpoints are append-only: triggers (migration 0002) refuse UPDATE, DELETE and TRUNCATE.
"""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from portal.audit.wording import WORDING, said

OUTCOMES = [("done", _("Done")), ("refused", _("Refused"))]


class Entry(models.Model):
    """What somebody did or was refused; written in the same transaction as the act (the outbox of the chain)."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(_("time"))
    actor_kind = models.CharField(max_length=10)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(_("who"), max_length=100, blank=True)
    department_id = models.BigIntegerField(null=True)
    department_name = models.CharField(_("department"), max_length=200, blank=True)
    ip = models.CharField(_("address"), max_length=45, blank=True)
    action = models.CharField(_("act"), max_length=60)
    object_type = models.CharField(max_length=60, blank=True)
    object_id = models.CharField(max_length=64, blank=True)
    object_label = models.CharField(_("object"), max_length=300, blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=OUTCOMES)
    reason = models.TextField(_("reason"), blank=True)
    details = models.JSONField(_("details"), default=dict)
    digest = models.BinaryField(max_length=32)

    class Meta:
        ordering = ("id",)
        verbose_name = _("audit entry")
        indexes = [
            models.Index(fields=["object_type", "object_id", "id"], name="audit_object"),
            models.Index(fields=["actor_id", "id"], name="audit_actor"),
            models.Index(fields=["action", "id"], name="audit_action"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.object_label}"

    @property
    def said_reason(self) -> str:
        """The reason in the language in force, where the product gave it."""
        return said(self.reason, self.details.get(WORDING, {}))


class Pending(models.Model):
    """An entry that waits for its place; the sequencer deletes the row when it has linked the entry.

    Written with the entry, which is never removed: a foreign key would only look for it and lock it once more.
    """

    entry = models.OneToOneField(Entry, models.CASCADE, primary_key=True, db_constraint=False, related_name="pending")

    def __str__(self) -> str:
        return str(self.pk)


class Link(models.Model):
    """The place of an entry in the chain: head = SHA-256(0x01 ‖ head before ‖ leaf)."""

    number = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(Entry, models.PROTECT, related_name="link")
    head = models.BinaryField(max_length=32)
    linked_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ("number",)

    def __str__(self) -> str:
        return str(self.number)


class Checkpoint(models.Model):
    """How long the chain was at a moment and its head then, so that cutting off its end shows."""

    number = models.BigIntegerField(primary_key=True)
    head = models.BinaryField(max_length=32)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ("number",)

    def __str__(self) -> str:
        return str(self.number)
