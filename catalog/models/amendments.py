"""Tables of amendments: the next description of a published resource while it is worked on and reviewed."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from catalog.models.resources import Resource
from catalog.workflow import AMENDMENTS
from portal.audit.wording import said


class Amendment(models.Model):
    """A draft beside the published description of a resource; nothing outside the provider's work reads it.

    ``content`` holds every field of the description as plain JSON (classes by their code, related resources by their
    key); ``items`` every data item in order, each with the key of the published item it goes on from, or None.
    ``Resource.amendment`` names the one that is open; an ended amendment stays readable in the history.
    """

    resource = models.ForeignKey(Resource, models.PROTECT, related_name="amendments")
    state = models.CharField(_("state"), max_length=20, choices=AMENDMENTS.choices(), default=AMENDMENTS.initial)
    content = models.JSONField(_("description"))
    items = models.JSONField(_("data items"))
    reason = models.TextField(_("reason"))
    wording = models.JSONField(default=dict, blank=True, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("begun"), db_default=Now())
    updated_at = models.DateTimeField(_("changed"), auto_now=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        verbose_name = _("amendment")

    def __str__(self) -> str:
        return f"{self.resource_id} #{self.pk}"

    @property
    def said_reason(self) -> str:
        """The reason, in the language in force where the product gave it."""
        return said(self.reason, self.wording)
