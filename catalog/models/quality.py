"""Tables of quality: rules an officer set, reports of versions, the standing of a resource, errors, tickets."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalog.data.quality import Dimension, Kind, Severity
from catalog.models.resources import Resource
from catalog.models.versions import Version
from catalog.workflow.quality import TICKETS
from portal.audit.wording import said
from portal.kernel.errors import Text

DIMENSIONS: list[tuple[str, Text]] = [
    (Dimension.CONFORMITY.value, _("Conformity")),
    (Dimension.COMPLETENESS.value, _("Completeness")),
    (Dimension.ACCURACY.value, _("Accuracy")),
    (Dimension.CONSISTENCY.value, _("Consistency")),
    (Dimension.TIMELINESS.value, _("Timeliness")),
    (Dimension.ACCESSIBILITY.value, pgettext_lazy("of data", "Accessibility")),
]
SEVERITIES: list[tuple[str, Text]] = [
    (Severity.BLOCK.value, _("Stops the version")),
    (Severity.WARN.value, _("Warns")),
    (Severity.INFO.value, _("Only lowers the score")),
]
RULE_KINDS: list[tuple[str, Text]] = [
    (Kind.REQUIRED.value, _("Is filled")),
    (Kind.TYPE.value, _("Can be read as a type")),
    (Kind.LENGTH.value, _("Has a length within limits")),
    (Kind.PATTERN.value, _("Has a given form")),
    (Kind.VALUES.value, _("Is one of given values")),
    (Kind.RANGE.value, _("Lies within limits")),
    (Kind.CHECKSUM.value, _("Has the right check character")),
    (Kind.DIRTY.value, _("Holds no dirt")),
    (Kind.ORDER.value, _("Comes before another column")),
    (Kind.EXPRESSION.value, _("Agrees with other columns")),
    (Kind.UNIQUE.value, _("Occurs once")),
    (Kind.KEY.value, _("Is a whole key that occurs once")),
    (Kind.DUPLICATE_ROWS.value, _("No row stands twice")),
    (Kind.REFERENCE.value, _("Exists in another resource")),
    (Kind.ROW_CHANGE.value, _("Rows neither vanish nor pile up")),
    (Kind.DRIFT.value, _("Values are spread as before")),
    (Kind.FRESHNESS.value, _("Updates come as promised")),
    (Kind.READABLE.value, _("Files can be read")),
    (Kind.CORRECTIONS.value, _("Free of confirmed errors")),
]
GRADE_NAMES: list[tuple[str, Text]] = [
    ("excellent", _("Excellent")),
    ("good", _("Good")),
    ("fair", _("Fair")),
    ("poor", _("Poor")),
]
TICKET_CAUSES: list[tuple[str, Text]] = [
    ("score", _("The score is below what is asked")),
    ("fall", _("The score fell")),
    ("block", _("A rule stopped a version")),
    ("overdue", _("The promised update did not come")),
    ("correction", _("A confirmed error")),
    ("coordinator", _("Asked by the data authority")),
]


class QualityRule(models.Model):
    """One edition of a rule: an own one, or a change to a rule that the declaration implies (same ``key``).

    ``content`` is the rule as ``catalog.data.quality.Rule`` writes it. Editions are never changed: a new one ends the
    one before, so that every report can be read with the rules of its day.
    """

    resource = models.ForeignKey(Resource, models.CASCADE, related_name="quality_rules")
    key = models.CharField(_("rule"), max_length=160)
    number = models.PositiveIntegerField(_("edition"))
    content = models.JSONField(_("rule as data"))
    is_on = models.BooleanField(_("in use"), default=True)
    is_current = models.BooleanField(default=True)
    reason = models.TextField(_("reason"), blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("set"), db_default=Now())

    class Meta:
        ordering = ("resource_id", "key", "-number")
        verbose_name = _("quality rule")
        constraints = [
            models.UniqueConstraint(fields=["resource", "key", "number"], name="one_rule_edition_per_number"),
            models.UniqueConstraint(
                fields=["resource", "key"], condition=models.Q(is_current=True), name="one_current_rule_per_key"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} #{self.number}"


class QualityReport(models.Model):
    """What the rules found in one version; the current one of a version is the latest.

    ``results`` are as ``catalog.data.quality.Result`` writes them, ``dimensions`` the score of each dimension or null.
    """

    version = models.ForeignKey(Version, models.CASCADE, related_name="quality_reports")
    score = models.FloatField(_("score"), null=True)
    grade = models.CharField(_("grade"), max_length=10, choices=GRADE_NAMES, blank=True)
    dimensions = models.JSONField(_("dimensions"), default=dict)
    results = models.JSONField(_("results"), default=list)
    is_current = models.BooleanField(default=True)
    seconds = models.FloatField(_("seconds"), default=0)
    created_at = models.DateTimeField(_("checked"), db_default=Now())

    class Meta:
        ordering = ("version_id", "-id")
        verbose_name = _("quality report")
        constraints = [
            models.UniqueConstraint(
                fields=["version"], condition=models.Q(is_current=True), name="one_current_report_per_version"
            )
        ]

    def __str__(self) -> str:
        return f"{self.version_id}: {self.score}"


class QualityStanding(models.Model):
    """How a resource stands now: the report of its current version, and the day its next update is due."""

    resource = models.OneToOneField(Resource, models.CASCADE, primary_key=True, related_name="quality")
    report = models.ForeignKey(QualityReport, models.SET_NULL, null=True, blank=True, related_name="+")
    score = models.FloatField(_("score"), null=True)
    grade = models.CharField(_("grade"), max_length=10, choices=GRADE_NAMES, blank=True)
    due_on = models.DateField(_("next update due"), null=True, blank=True)

    class Meta:
        verbose_name = _("standing in quality")
        indexes = [models.Index(fields=["due_on"], name="quality_due_on")]

    def __str__(self) -> str:
        return f"{self.resource_id}: {self.score}"


class QualityCorrection(models.Model):
    """A confirmed error in the data, told by whoever handles corrections; mended by a later version."""

    resource = models.ForeignKey(Resource, models.CASCADE, related_name="quality_corrections")
    version = models.ForeignKey(Version, models.CASCADE, related_name="+")
    source = models.CharField(_("told by"), max_length=60)
    reference = models.CharField(_("number there"), max_length=100)
    column_id = models.CharField(_("column"), max_length=63, blank=True)
    rows = models.PositiveIntegerField(_("rows concerned"), default=1)
    mended_in = models.ForeignKey(Version, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(_("confirmed"), db_default=Now())

    class Meta:
        ordering = ("resource_id", "id")
        verbose_name = _("confirmed error")
        constraints = [models.UniqueConstraint(fields=["source", "reference"], name="correction_noted_once")]

    def __str__(self) -> str:
        return f"{self.source} {self.reference}"


class QualityTicket(models.Model):
    """A request to the source department to put its data right, with its clock.

    ``rule_key`` names the rule that must hold again, where one rule is the cause; ``facts`` are figures of the day.
    """

    number = models.CharField(_("number"), max_length=20, unique=True)
    resource = models.ForeignKey(Resource, models.PROTECT, related_name="quality_tickets")
    state = models.CharField(_("state"), max_length=20, choices=TICKETS.choices(), default=TICKETS.initial)
    cause = models.CharField(_("cause"), max_length=20, choices=TICKET_CAUSES)
    rule_key = models.CharField(_("rule"), max_length=160, blank=True)
    version = models.ForeignKey(Version, models.SET_NULL, null=True, blank=True, related_name="+")
    facts = models.JSONField(_("figures"), default=dict)
    note = models.TextField(_("what is asked"), blank=True)
    answer = models.TextField(_("what was done"), blank=True)
    wording = models.JSONField(default=dict, blank=True, editable=False)
    closed_by_version = models.ForeignKey(Version, models.SET_NULL, null=True, blank=True, related_name="+")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(_("opened"), db_default=Now())
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    class Meta:
        ordering = ("-created_at", "-id")
        verbose_name = _("rectification ticket")
        constraints = [
            models.UniqueConstraint(
                fields=["resource", "cause", "rule_key"],
                condition=~models.Q(state__in=["closed", "waived"]) & ~models.Q(cause="coordinator"),
                name="one_open_ticket_per_cause",
            )
        ]
        indexes = [models.Index(fields=["state", "-created_at"], name="quality_ticket_state")]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return f"/catalog/tickets/{self.number}/"

    @property
    def said_answer(self) -> str:
        """What was done, in the language in force where the product says it."""
        return said(self.answer, self.wording)
