"""Tables of batches: changes of many descriptions at once, from a file or from a bulk edit."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from catalog.models.resources import Resource
from catalog.workflow import BATCHES
from portal.audit.wording import said

BATCH_KINDS = [("import", _("Import")), ("bulk", _("Bulk edit"))]
VERDICTS = [
    ("create", _("Will be registered")),
    ("change", _("Will be changed")),
    ("same", _("Says the same already")),
    ("refused", _("Refused")),
]


class Batch(models.Model):
    """Changes of many descriptions: first previewed line by line, then applied as drafts and amendments."""

    kind = models.CharField(_("kind"), max_length=10, choices=BATCH_KINDS)
    state = models.CharField(_("state"), max_length=20, choices=BATCHES.choices(), default=BATCHES.initial)
    name = models.CharField(_("name"), max_length=255)
    wording = models.JSONField(default=dict, blank=True, editable=False)
    file = models.CharField(_("file in the store"), max_length=300, blank=True)
    problem = models.JSONField(_("why it could not be read"), default=dict)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("begun"), db_default=Now())
    finished_at = models.DateTimeField(_("applied"), null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        verbose_name = _("batch")

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """Its name: that of the file, or in the reader's words what the product itself named."""
        return said(self.name, self.wording)


class BatchLine(models.Model):
    """What a batch does to one description: ``wanted`` holds ``fields``, and ``items`` by column name or None.

    ``before`` and ``after`` are the description and items in hand around the act, so that it can be undone while
    nobody touched them since; ``outcome`` is empty until the batch is applied. ``changes`` and ``problems`` are kept
    without a language; ``catalog.selectors.batches.worded_line`` says them.
    """

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField(_("line"))
    resource = models.ForeignKey(Resource, models.PROTECT, null=True, blank=True, related_name="+")
    provider = models.ForeignKey("accounts.Department", models.PROTECT, null=True, blank=True, related_name="+")
    title = models.CharField(_("name"), max_length=255)
    verdict = models.CharField(_("what happens"), max_length=10, choices=VERDICTS)
    changes = models.JSONField(_("changes"), default=list)
    problems = models.JSONField(_("reasons"), default=list)
    wanted = models.JSONField(default=dict)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    outcome = models.CharField(_("outcome"), max_length=10, blank=True)

    class Meta:
        ordering = ("batch_id", "position", "id")
        verbose_name = _("line of a batch")

    def __str__(self) -> str:
        return f"{self.batch_id}/{self.position}"
