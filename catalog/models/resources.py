"""Tables of what is described: classes, resources with their data items, personal exceptions."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalog.models.codes import (
    BASIS_KINDS,
    CATEGORY_KINDS,
    FORMATS,
    ITEM_TYPES,
    OPENING_TYPES,
    PRIVACY_ROLES,
    SHARING_METHODS,
    SHARING_TYPES,
    UPDATE_CYCLES,
)
from catalog.workflow import RESOURCES
from portal.accounts.grants import ObjectGrant
from portal.accounts.models import GRADES
from portal.kernel.classification import Grade


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
    tolerance = models.DecimalField(
        _("percent of the rows that may be left out, where a file says nothing"),
        max_digits=5,
        decimal_places=2,
        default=0,
    )
    column_count = models.PositiveIntegerField(_("columns ever given"), default=0, editable=False)
    extensions = models.JSONField(_("extension fields"), default=dict, blank=True)
    amendment = models.OneToOneField(
        "catalog.Amendment", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("open amendment")
    )
    search_title = models.TextField(default="", blank=True, editable=False)
    search_vector = SearchVectorField(null=True, editable=False)

    class Meta:
        ordering = ("-updated_at",)
        verbose_name = _("resource")
        permissions = [("use_resource", "May see this resource as an exception")]
        indexes = [
            GinIndex(fields=["search_vector"], name="resource_search"),
            models.Index(fields=["state", "-published_at"], name="resource_state"),
            models.Index(models.F("published_at").desc(nulls_last=True), models.F("id").desc(), name="resource_newest"),
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
    """A data item (数据项) of a resource: its column, and what may be done with it.

    ``column_id`` (``c1``, ``c2``, …) is the name of its column in every data file: given once, never given again to
    another, the same through all renames. ``code`` is what the column is called today.
    """

    resource = models.ForeignKey(Resource, models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField(_("position"))
    name_zh = models.CharField(_("name in Chinese"), max_length=100)
    name_en = models.CharField(_("name in English"), max_length=100, blank=True)
    code = models.CharField(_("column name"), max_length=63)
    column_id = models.CharField(_("column in the files"), max_length=12, editable=False)
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
    privacy_role = models.CharField(_("what it says of people"), max_length=10, choices=PRIVACY_ROLES, blank=True)
    element = models.ForeignKey(
        "catalog.Element", models.PROTECT, null=True, blank=True, related_name="items", verbose_name=_("data element")
    )

    class Meta:
        ordering = ("resource_id", "position", "id")
        verbose_name = _("data item")
        constraints = [
            models.UniqueConstraint(fields=["resource", "code"], name="one_item_per_column"),
            models.UniqueConstraint(fields=["resource", "column_id"], name="one_item_per_column_id"),
        ]

    def __str__(self) -> str:
        return self.name_zh


class ResourceGrant(ObjectGrant):
    """A personal exception to see one resource, with its reason and end."""

    content_object = models.ForeignKey(Resource, models.CASCADE)

    class Meta(ObjectGrant.Meta):
        abstract = False
