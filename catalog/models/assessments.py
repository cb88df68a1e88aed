"""Tables of assessments: the signed documents behind the two statements that Order 809 art 13 asks for."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from catalog.models.resources import Resource

ASSESSMENT_KINDS = [
    ("secrecy", _("Secrecy-risk assessment")),
    ("privacy", _("Personal-information impact assessment")),
]


class AssessmentDocument(models.Model):
    """A document of an assessment as it was handed in; never changed or deleted, a newer one stands beside it."""

    resource = models.ForeignKey(Resource, models.PROTECT, related_name="assessment_documents")
    kind = models.CharField(_("assessment"), max_length=10, choices=ASSESSMENT_KINDS)
    file = models.CharField(_("file in the store"), max_length=300)
    name = models.CharField(_("file name"), max_length=255)
    byte_count = models.BigIntegerField(_("bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("handed in"), db_default=Now())
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        verbose_name = _("assessment document")

    def __str__(self) -> str:
        return self.name
