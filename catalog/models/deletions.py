"""The table of deletions: which versions' data goes, by whose decision, and the certificate that it is gone."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from catalog.models.resources import Resource
from catalog.models.versions import Version
from catalog.workflow import DELETIONS


class Deletion(models.Model):
    """A deletion of the data of versions, with its decision.

    ``ledger`` lists every file concerned with its hash, bytes and what happens to it; it is written before the first
    file goes, so that a run that was killed is followed by one that knows what to do.
    """

    number = models.CharField(_("number"), max_length=20, unique=True)
    resource = models.ForeignKey(Resource, models.PROTECT, related_name="deletions")
    versions = models.ManyToManyField(Version, related_name="deletions", verbose_name=_("versions"))
    state = models.CharField(_("state"), max_length=20, choices=DELETIONS.choices(), default=DELETIONS.initial)
    reason = models.TextField(_("reason"))
    basis = models.TextField(_("legal basis"))
    answer = models.TextField(_("reason of the decision"), blank=True)
    ledger = models.JSONField(_("files"), default=list)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(_("proposed"), db_default=Now())
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    finished_at = models.DateTimeField(_("carried out"), null=True, blank=True)

    class Meta:
        ordering = ("-created_at", "-id")
        verbose_name = _("deletion of data")

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return f"{self.resource.get_absolute_url()}deletions/{self.number}/"
