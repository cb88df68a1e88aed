"""Tables of corrections (Order 809 art 26): what was reported wrong, its lines, its evidence, who was told."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.kernel.errors import Text
from sharing.models.requests import Grant
from sharing.workflow import CORRECTIONS

#: What a later version holds in the cell of a line.
OUTCOMES: list[tuple[str, Text]] = [
    ("same", _("still the same value")),
    ("changed", _("another value")),
    ("expected", _("the expected value")),
    ("gone", _("the row is gone")),
    ("unclear", _("cannot be compared")),
]


class Correction(models.Model):
    """Errors that a user reports in one version of a resource, with the provider's answer.

    ``grant`` and ``department`` name by which right and for whom it was filed. Both are empty only for reports that
    come from outside government, which carry no grant. ``checked_in`` is the last version compared with the lines
    after they were confirmed, ``told_at`` when the other holders were told; the sweep finds what misses either.
    """

    number = models.CharField(_("number"), max_length=20, unique=True)
    state = models.CharField(_("state"), max_length=20, choices=CORRECTIONS.choices(), default=CORRECTIONS.initial)
    resource = models.ForeignKey(
        "catalog.Resource", models.PROTECT, related_name="corrections", verbose_name=_("resource")
    )
    version = models.ForeignKey("catalog.Version", models.PROTECT, related_name="+", verbose_name=_("version"))
    grant = models.ForeignKey(
        Grant, models.PROTECT, null=True, blank=True, related_name="corrections", verbose_name=_("grant")
    )
    department = models.ForeignKey(
        "accounts.Department",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="corrections_filed",
        verbose_name=_("reporting department"),
    )
    provider = models.ForeignKey(
        "accounts.Department", models.PROTECT, related_name="corrections_received", verbose_name=_("provider")
    )
    filer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("filed by")
    )
    statement = models.TextField(_("what shows the error"))
    answer = models.TextField(_("answer of the provider"), blank=True)
    filed_at = models.DateTimeField(_("filed"), db_default=Now())
    updated_at = models.DateTimeField(_("changed"), default=timezone.now)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    corrected_in = models.ForeignKey(
        "catalog.Version", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("corrected in")
    )
    checked_in = models.ForeignKey("catalog.Version", models.PROTECT, null=True, blank=True, related_name="+")
    told_at = models.DateTimeField(_("others told"), null=True, blank=True)

    class Meta:
        ordering = ("-filed_at", "-id")
        verbose_name = _("correction")
        indexes = [
            models.Index(fields=["provider", "state"], name="correction_provider"),
            models.Index(fields=["department", "state"], name="correction_department"),
            models.Index(fields=["resource", "state"], name="correction_resource"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return f"/sharing/corrections/{self.number}/"


class CorrectionLine(models.Model):
    """One cell said to be wrong: the row by values of its key, the column, the value seen and the value expected.

    ``key`` maps column ids to texts (null where the cell is empty), so that it holds whatever a column is called
    later; it is the whole key of the resource where ``is_keyed``, else every other value that was delivered as it is.
    Values are texts as a plan writes them; null is an empty cell. ``is_masked`` says that ``seen`` is what the grant
    delivers and not what the source holds.
    """

    correction = models.ForeignKey(Correction, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField(_("line"))
    key = models.JSONField(_("row"))
    is_keyed = models.BooleanField(default=True)
    column_id = models.CharField(_("column"), max_length=63)
    seen = models.TextField(_("value seen"), null=True)  # noqa: DJ001 - an empty text is not an empty cell
    expected = models.TextField(_("value expected"), null=True)  # noqa: DJ001 - an empty text is not an empty cell
    is_masked = models.BooleanField(default=False)
    is_confirmed = models.BooleanField(pgettext_lazy("correction", "confirmed"), null=True)
    outcome = models.CharField(_("in the version after"), max_length=10, choices=OUTCOMES, blank=True)

    class Meta:
        ordering = ("correction_id", "position")
        verbose_name = _("line of a correction")
        constraints = [
            models.UniqueConstraint(fields=["correction", "position"], name="one_correction_line_per_position")
        ]

    def __str__(self) -> str:
        return f"{self.correction_id} #{self.position}"


class CorrectionDocument(models.Model):
    """A document that shows the error, as it was handed in; never changed or deleted."""

    correction = models.ForeignKey(Correction, models.PROTECT, related_name="documents")
    file = models.CharField(_("file in the store"), max_length=300)
    name = models.CharField(_("file name"), max_length=255)
    byte_count = models.BigIntegerField(_("bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("handed in"), db_default=Now())

    class Meta:
        ordering = ("id",)
        verbose_name = _("evidence of a correction")

    def __str__(self) -> str:
        return self.name


class CorrectionReceipt(models.Model):
    """That another holder was told of confirmed errors in rows its grant gives, and who took note of it.

    ``lines`` are the positions of the lines whose row and column that grant gives.
    """

    correction = models.ForeignKey(Correction, models.CASCADE, related_name="receipts")
    grant = models.ForeignKey(Grant, models.PROTECT, related_name="correction_receipts")
    lines = models.JSONField(_("lines"), default=list)
    told_at = models.DateTimeField(_("told"), db_default=Now())
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(_("receipt confirmed"), null=True, blank=True)

    class Meta:
        ordering = ("id",)
        verbose_name = _("receipt of a correction")
        constraints = [models.UniqueConstraint(fields=["correction", "grant"], name="one_receipt_per_grant")]

    def __str__(self) -> str:
        return f"{self.correction_id} {self.grant_id}"
