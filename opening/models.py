"""Tables of opening: licenses of open data, open editions, their prepared files and their daily counters."""

import uuid

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from opening.workflow import PUBLICATIONS

#: Names in addresses, as clients of CKAN expect them.
NAME_FORM = r"[a-z0-9][a-z0-9_-]{1,99}"
COUNTED = [("view", _("Views")), ("download", _("Downloads")), ("call", _("API calls"))]
#: Forms in which a whole edition is kept ready.
FILE_FORMS = [("csv", "CSV"), ("xlsx", "XLSX"), ("json", "JSON"), ("parquet", "Parquet")]


class DataLicense(models.Model):
    """A license of open data in plain words: what a reader may, must and may not do, a line per rule."""

    code = models.CharField(_("code"), primary_key=True, max_length=60)
    title_zh = models.CharField(_("name in Chinese"), max_length=200)
    title_en = models.CharField(_("name in English"), max_length=200)
    url = models.URLField(_("text of the license"), blank=True)
    may_zh = models.JSONField(_("permissions in Chinese"), default=list, blank=True)
    may_en = models.JSONField(_("permissions in English"), default=list, blank=True)
    must_zh = models.JSONField(_("obligations in Chinese"), default=list, blank=True)
    must_en = models.JSONField(_("obligations in English"), default=list, blank=True)
    may_not_zh = models.JSONField(_("prohibitions in Chinese"), default=list, blank=True)
    may_not_en = models.JSONField(_("prohibitions in English"), default=list, blank=True)
    is_open = models.BooleanField(_("conforms to the Open Definition"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ("position", "code")
        verbose_name = _("license of open data")

    def __str__(self) -> str:
        return self.code


class Publication(models.Model):
    """An open edition of a resource: chosen items under a chosen license, at a lasting address.

    ``id`` and ``file_id`` are the dataset and its table for machines. The texts are the edition's own, because
    the public reads only what was released and never the entry in the catalogue. ``plan`` is the delivery plan
    for the gate; ``first_version`` is the number of the version that was current when it was first published.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    file_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    name = models.CharField(
        _("name in addresses"), max_length=100, unique=True, validators=[RegexValidator(rf"^{NAME_FORM}$")]
    )
    resource = models.ForeignKey(
        "catalog.Resource", models.PROTECT, related_name="publications", verbose_name=_("resource")
    )
    state = models.CharField(_("state"), max_length=20, choices=PUBLICATIONS.choices(), default=PUBLICATIONS.initial)
    title_zh = models.CharField(_("title in Chinese"), max_length=200)
    title_en = models.CharField(_("title in English"), max_length=200, blank=True)
    summary_zh = models.TextField(_("what it is, in Chinese"), blank=True)
    summary_en = models.TextField(_("what it is, in English"), blank=True)
    limits_zh = models.TextField(_("what it is not, in Chinese"), blank=True)
    limits_en = models.TextField(_("what it is not, in English"), blank=True)
    keywords = models.JSONField(_("keywords"), default=list, blank=True)
    source_note = models.TextField(_("source of the data"), blank=True)
    items = models.ManyToManyField(
        "catalog.Item", blank=True, related_name="publications", verbose_name=_("data items")
    )
    schema_name = models.SlugField(
        _("schema for engines"),
        max_length=100,
        blank=True,
        db_index=False,
        help_text=_("The provider's name when the edition was first published; it stays."),
    )
    plan = models.JSONField(_("delivery plan"), default=dict)
    plan_hash = models.CharField(_("SHA-256 of the plan"), max_length=64, blank=True)
    license = models.ForeignKey(
        DataLicense, models.PROTECT, null=True, blank=True, related_name="publications", verbose_name=_("license")
    )
    contact = models.CharField(_("contact"), max_length=200, blank=True)
    check_report = models.JSONField(_("release check"), default=dict, blank=True)
    first_version = models.PositiveIntegerField(_("first open version"), null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("submitted by"),
    )
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(_("changed"), auto_now=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    search_title = models.TextField(default="", blank=True, editable=False)
    search_vector = SearchVectorField(null=True, editable=False)

    class Meta:
        ordering = ("-updated_at", "name")
        verbose_name = _("open edition")
        indexes = [
            GinIndex(fields=["search_vector"], name="publication_search"),
            models.Index(fields=["state", "-published_at"], name="publication_state"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="published")
                | (
                    models.Q(published_at__isnull=False, license__isnull=False, first_version__isnull=False)
                    & ~models.Q(schema_name="")
                ),
                name="published_edition_is_complete",
            )
        ]

    def __str__(self) -> str:
        return self.name


class EditionFile(models.Model):
    """What is known of the prepared file of one version in one form; the gate keeps the file itself."""

    publication = models.ForeignKey(Publication, models.CASCADE, related_name="files")
    version = models.ForeignKey("catalog.Version", models.CASCADE, related_name="+")
    plan_hash = models.CharField(max_length=64)
    form = models.CharField(_("form"), max_length=10, choices=FILE_FORMS)
    byte_count = models.BigIntegerField(_("bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ("publication", "version", "form")
        verbose_name = _("prepared file")
        constraints = [
            models.UniqueConstraint(
                fields=["publication", "version", "plan_hash", "form"], name="one_file_per_version_plan_and_form"
            )
        ]

    def __str__(self) -> str:
        return f"{self.publication_id} {self.version_id} {self.form}"


class EditionCount(models.Model):
    """How often an edition was viewed, downloaded or called on one day. Nothing about who did it."""

    publication = models.ForeignKey(Publication, models.CASCADE, related_name="counts")
    day = models.DateField(_("day"))
    kind = models.CharField(_("kind"), max_length=10, choices=COUNTED)
    count = models.PositiveBigIntegerField(_("count"), default=0)

    class Meta:
        ordering = ("publication", "-day", "kind")
        verbose_name = _("daily count")
        constraints = [
            models.UniqueConstraint(fields=["publication", "day", "kind"], name="one_count_per_day_and_kind")
        ]

    def __str__(self) -> str:
        return f"{self.publication_id} {self.day} {self.kind}"
