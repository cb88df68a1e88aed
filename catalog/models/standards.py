"""Tables of standards: data elements, code sets with their versions, and suggestions an officer declined."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from catalog.models.codes import ITEM_TYPES
from catalog.workflow import CODE_SETS, ELEMENTS

#: The checks of ``catalog.data.standards.checks.CHECKS``, in words.
CHECKS = [
    ("identity", _("Resident identity number (GB 11643)")),
    ("uscc", _("Unified social credit code (GB 32100)")),
    ("card", _("Bank card number (Luhn)")),
]


class CodeSet(models.Model):
    """A list of codes under one name for good; what it holds stands in its versions."""

    code = models.SlugField(_("identifier"), max_length=60, unique=True)
    name_zh = models.CharField(_("name in Chinese"), max_length=100)
    name_en = models.CharField(_("name in English"), max_length=100, blank=True)
    source = models.CharField(_("source standard"), max_length=200, blank=True)
    note = models.TextField(_("explanation"), blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ("code",)
        verbose_name = _("code set")

    def __str__(self) -> str:
        return self.name_zh

    def get_absolute_url(self) -> str:
        return f"/catalog/standards/code-sets/{self.code}/"


class CodeSetVersion(models.Model):
    """One version of a code set; at most one is in force, and none changes once it has been."""

    code_set = models.ForeignKey(CodeSet, models.CASCADE, related_name="versions", verbose_name=_("code set"))
    number = models.SlugField(_("version"), max_length=40)
    state = models.CharField(_("state"), max_length=20, choices=CODE_SETS.choices(), default=CODE_SETS.initial)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    note = models.TextField(_("what changed"), blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ("code_set", "-created_at", "-id")
        verbose_name = _("version of a code set")
        constraints = [
            models.UniqueConstraint(fields=["code_set", "number"], name="one_code_set_version_per_number"),
            models.UniqueConstraint(
                fields=["code_set"], condition=models.Q(state="in_force"), name="one_code_set_version_in_force"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code_set_id} {self.number}"

    def get_absolute_url(self) -> str:
        return f"{self.code_set.get_absolute_url()}{self.number}/"


class Code(models.Model):
    """One code of a version, with the code it lies under and the days between which it may be used."""

    version = models.ForeignKey(CodeSetVersion, models.CASCADE, related_name="codes")
    position = models.PositiveIntegerField()
    code = models.CharField(_("code"), max_length=60)
    label_zh = models.CharField(_("label in Chinese"), max_length=200)
    label_en = models.CharField(_("label in English"), max_length=200, blank=True)
    parent = models.CharField(_("lies under"), max_length=60, blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    search_vector = SearchVectorField(null=True, editable=False)

    class Meta:
        ordering = ("version", "position")
        verbose_name = _("code")
        constraints = [models.UniqueConstraint(fields=["version", "code"], name="one_code_per_code_set_version")]
        indexes = [GinIndex(fields=["search_vector"], name="code_search")]

    def __str__(self) -> str:
        return f"{self.code} {self.label_zh}"


class Element(models.Model):
    """One version of a data element (数据元): what a value means and which form it has, for every resource alike."""

    identifier = models.SlugField(_("identifier"), max_length=40)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    state = models.CharField(_("state"), max_length=20, choices=ELEMENTS.choices(), default=ELEMENTS.initial)
    name_zh = models.CharField(_("name in Chinese"), max_length=100)
    name_en = models.CharField(_("name in English"), max_length=100, blank=True)
    synonyms = models.JSONField(_("other names"), default=list, blank=True)
    definition = models.TextField(_("definition"))
    type = models.CharField(_("type"), max_length=1, choices=ITEM_TYPES, default="C")
    length = models.PositiveIntegerField(_("length"), null=True, blank=True)
    pattern = models.CharField(_("form"), max_length=200, blank=True)
    check_rule = models.CharField(_("check character"), max_length=20, choices=CHECKS, blank=True)
    code_set = models.ForeignKey(
        CodeSet, models.PROTECT, null=True, blank=True, related_name="elements", verbose_name=_("code set")
    )
    unit = models.CharField(_("unit"), max_length=40, blank=True)
    source = models.CharField(_("source standard"), max_length=200, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ("identifier", "-version")
        verbose_name = _("data element")
        constraints = [
            models.UniqueConstraint(fields=["identifier", "version"], name="one_element_per_version"),
            models.UniqueConstraint(
                fields=["identifier"], condition=models.Q(state="in_force"), name="one_element_in_force"
            ),
        ]

    def __str__(self) -> str:
        return self.name_zh

    def get_absolute_url(self) -> str:
        return f"/catalog/standards/elements/{self.identifier}/{self.version}/"


class DeclinedElement(models.Model):
    """A suggestion that an officer declined for an item, so that it does not come back."""

    item = models.ForeignKey("catalog.Item", models.CASCADE, related_name="declined_elements")
    element = models.ForeignKey(Element, models.CASCADE, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ("item", "element")
        verbose_name = _("declined suggestion")
        constraints = [models.UniqueConstraint(fields=["item", "element"], name="one_decline_per_item_and_element")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.element_id}"
