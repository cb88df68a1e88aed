"""Tables of the catalogue: classes, resources with their data items, versions of their data, uploads."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalog.workflow import RESOURCES, UPLOADS
from portal.accounts.grants import ObjectGrant
from portal.accounts.models import GRADES
from portal.kernel.classification import Grade, LegalBasisKind, OpeningType, SharingType

CATEGORY_KINDS = [(1, _("Base data")), (2, _("Theme data")), (3, _("Department data"))]
SHARING_TYPES = [
    (SharingType.UNCONDITIONAL, _("Shared unconditionally")),
    (SharingType.CONDITIONAL, _("Shared conditionally")),
    (SharingType.NOT_SHARED, _("Not shared")),
]
OPENING_TYPES = [
    (OpeningType.UNCONDITIONAL, _("Open unconditionally")),
    (OpeningType.CONDITIONAL, _("Open conditionally")),
    (OpeningType.NOT_OPEN, _("Not open")),
]
BASIS_KINDS = [
    (LegalBasisKind.LAW, _("Law")),
    (LegalBasisKind.ADMINISTRATIVE_REGULATION, _("Administrative regulation")),
    (LegalBasisKind.STATE_COUNCIL_DECISION, _("State Council decision")),
]
UPDATE_CYCLES = [
    (1, _("Real-time")),
    (2, _("Daily")),
    (3, _("Weekly")),
    (4, _("Monthly")),
    (5, _("Quarterly")),
    (6, _("Half-yearly")),
    (7, _("Yearly")),
    (8, _("Irregular")),
    (9, _("Never")),
]
SHARING_METHODS = [
    ("interface", _("Service interface")),
    ("exchange", _("Batch exchange")),
    ("file", _("File download")),
]
FORMATS = [
    ("database", _("Database table")),
    ("spreadsheet", _("Spreadsheet")),
    ("text", _("Text table (CSV)")),
    ("document", _("Document")),
    ("image", _("Image")),
    ("media", _("Sound or video")),
    ("service", _("Service interface")),
]
ITEM_TYPES = [
    ("C", _("Character string")),
    ("N", _("Number")),
    ("Y", _("Money")),
    ("D", _("Date")),
    ("T", _("Date and time")),
    ("L", _("Yes or no")),
    ("M", _("Long text")),
    ("B", _("Double")),
    ("I", _("Integer")),
    ("F", _("Float")),
]


class Category(models.Model):
    """A class of the catalogue (发改高技〔2017〕1272号): 1 digit kind, 2 digits item, then finer."""

    code = models.CharField(_("code"), primary_key=True, max_length=40)
    kind = models.PositiveSmallIntegerField(_("kind"), choices=CATEGORY_KINDS)
    slug = models.SlugField(_("name in addresses"), max_length=60, unique=True)
    name_zh = models.CharField(_("name in Chinese"), max_length=100)
    name_en = models.CharField(_("name in English"), max_length=100, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")

    class Meta:
        ordering = ("code",)
        verbose_name = _("class")

    def __str__(self) -> str:
        return self.name_zh


class Resource(models.Model):
    """A data resource: the core metadata of 1272号 and Order 809 art 13. Drafts may have gaps; submitting validates.

    ``sharing_type``, ``opening_type`` and ``grade`` are the strictest of its items, kept by the services.
    """

    code = models.CharField(_("code"), max_length=64, unique=True)
    state = models.CharField(_("state"), max_length=20, choices=RESOURCES.choices(), default=RESOURCES.initial)
    title_zh = models.CharField(_("name in Chinese"), max_length=200)
    title_en = models.CharField(_("name in English"), max_length=200, blank=True)
    abstract_zh = models.TextField(_("abstract in Chinese"), blank=True)
    abstract_en = models.TextField(_("abstract in English"), blank=True)
    keywords = models.JSONField(_("keywords"), default=list, blank=True)
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="resources", verbose_name=_("class")
    )
    theme = models.ForeignKey(
        Category,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="themed_resources",
        limit_choices_to={"kind": 2},
        verbose_name=pgettext_lazy("of data", "theme"),
    )
    provider = models.ForeignKey(
        "accounts.Department", models.PROTECT, related_name="resources", verbose_name=_("provider")
    )
    format = models.CharField(_("format"), max_length=20, choices=FORMATS, default="database")
    update_cycle = models.PositiveSmallIntegerField(_("update cycle"), choices=UPDATE_CYCLES, null=True, blank=True)
    sharing_method = models.CharField(_("sharing method"), max_length=20, choices=SHARING_METHODS, default="file")
    use_conditions = models.TextField(_("conditions of use"), blank=True)
    source_note = models.TextField(_("source of the data"), blank=True)
    sharing_type = models.PositiveSmallIntegerField(_("sharing attribute"), choices=SHARING_TYPES, default=2)
    opening_type = models.PositiveSmallIntegerField(_("opening attribute"), choices=OPENING_TYPES, default=3)
    grade = models.PositiveSmallIntegerField(_("grade"), choices=GRADES, default=Grade.GENERAL_2)
    secrecy_assessment = models.TextField(_("secrecy-risk assessment"), blank=True)
    privacy_assessment = models.TextField(_("personal-information impact assessment"), blank=True)
    related = models.ManyToManyField("self", blank=True, verbose_name=_("related resources"))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(_("changed"), auto_now=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    current_version = models.ForeignKey("catalog.Version", models.SET_NULL, null=True, blank=True, related_name="+")
    search_title = models.TextField(default="", blank=True, editable=False)
    search_vector = SearchVectorField(null=True, editable=False)

    class Meta:
        ordering = ("-updated_at",)
        verbose_name = _("resource")
        permissions = [("use_resource", "May see this resource as an exception")]
        indexes = [
            GinIndex(fields=["search_vector"], name="resource_search"),
            models.Index(fields=["state", "-published_at"], name="resource_state"),
        ]

    def __str__(self) -> str:
        return self.title_zh

    def get_absolute_url(self) -> str:
        return f"/catalog/{self.address}/"

    @property
    def address(self) -> str:
        """The code as it stands in addresses, with ``~`` for ``/``."""
        return self.code.replace("/", "~")


class Item(models.Model):
    """A data item (数据项) of a resource: its column, and what may be done with it."""

    resource = models.ForeignKey(Resource, models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField(_("position"))
    name_zh = models.CharField(_("name in Chinese"), max_length=100)
    name_en = models.CharField(_("name in English"), max_length=100, blank=True)
    code = models.CharField(_("column name"), max_length=63)
    type = models.CharField(_("type"), max_length=1, choices=ITEM_TYPES, default="C")
    length = models.PositiveIntegerField(_("length"), null=True, blank=True)
    is_key = models.BooleanField(_("part of the key"), default=False)
    is_nullable = models.BooleanField(_("may be empty"), default=True)
    description = models.TextField(_("meaning"), blank=True)
    sharing_type = models.PositiveSmallIntegerField(_("sharing attribute"), choices=SHARING_TYPES, default=2)
    sharing_condition = models.TextField(_("condition of sharing"), blank=True)
    opening_type = models.PositiveSmallIntegerField(_("opening attribute"), choices=OPENING_TYPES, default=3)
    opening_condition = models.TextField(_("condition of opening"), blank=True)
    grade = models.PositiveSmallIntegerField(_("grade"), choices=GRADES, default=Grade.GENERAL_2)
    basis_kind = models.PositiveSmallIntegerField(_("kind of legal basis"), choices=BASIS_KINDS, null=True, blank=True)
    basis_document = models.CharField(_("document"), max_length=200, blank=True)
    basis_article = models.CharField(_("article"), max_length=50, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    mask = models.JSONField(_("mask when shared"), default=dict, blank=True)

    class Meta:
        ordering = ("resource_id", "position", "id")
        verbose_name = _("data item")
        constraints = [models.UniqueConstraint(fields=["resource", "code"], name="one_item_per_column")]

    def __str__(self) -> str:
        return self.name_zh


class Version(models.Model):
    """One immutable version of a resource's data: a Parquet file in the store with its columns and profile.

    ``columns`` is the schema of the file as ``catalog.data.schema`` writes it; ``profile`` as ``catalog.data.profile``.
    """

    resource = models.ForeignKey(Resource, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    file = models.CharField(_("file in the store"), max_length=300)
    row_count = models.BigIntegerField(_("rows"))
    byte_count = models.BigIntegerField(_("bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    columns = models.JSONField(_("columns"))
    profile = models.JSONField(_("profile"), default=dict)
    source_name = models.CharField(_("uploaded file"), max_length=255)
    source_sha256 = models.CharField(_("SHA-256 of the uploaded file"), max_length=64)
    note = models.TextField(_("what changed"), blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("made"), db_default=Now())

    class Meta:
        ordering = ("resource_id", "-number")
        verbose_name = _("version")
        constraints = [models.UniqueConstraint(fields=["resource", "number"], name="one_version_per_number")]

    def __str__(self) -> str:
        return f"{self.resource_id} v{self.number}"


class Upload(models.Model):
    """A file somebody handed in for a resource, its check and the report; accepted ones made a version."""

    resource = models.ForeignKey(Resource, models.CASCADE, related_name="uploads")
    state = models.CharField(_("state"), max_length=20, choices=UPLOADS.choices(), default=UPLOADS.initial)
    file = models.CharField(_("file in the store"), max_length=300)
    name = models.CharField(_("file name"), max_length=255)
    byte_count = models.BigIntegerField(_("bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True)
    note = models.TextField(_("what changed"), blank=True)
    progress = models.PositiveSmallIntegerField(_("progress in percent"), default=0)
    report = models.JSONField(_("report"), default=dict)
    version = models.OneToOneField(Version, models.SET_NULL, null=True, blank=True, related_name="upload")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("handed in"), db_default=Now())
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        ordering = ("-created_at",)
        verbose_name = _("upload")

    def __str__(self) -> str:
        return self.name


class ResourceGrant(ObjectGrant):
    """A personal exception to see one resource, with its reason and end."""

    content_object = models.ForeignKey(Resource, models.CASCADE)

    class Meta(ObjectGrant.Meta):
        abstract = False
