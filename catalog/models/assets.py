"""Tables of data as an asset: what its life cycle plans, what it costs, what it is worth, and what it is made from."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalog.models.resources import Item, Resource

#: Stages of the life cycle of public data in their order (collection to disposal; the regulations of the mission).
STAGES = [
    ("collected", pgettext_lazy("life cycle", "Collected")),
    ("cataloged", pgettext_lazy("life cycle", "Cataloged")),
    ("integrated", pgettext_lazy("life cycle", "Integrated")),
    ("shared", pgettext_lazy("life cycle", "Shared")),
    ("opened", pgettext_lazy("life cycle", "Opened")),
    ("used", pgettext_lazy("life cycle", "Used")),
    ("archived", pgettext_lazy("life cycle", "Archived")),
    ("retired", pgettext_lazy("life cycle", "Retired")),
]
COLLECTION_METHODS = [
    ("work", _("Arises in the department's own work")),
    ("form", _("Collected from people and organizations by form")),
    ("sensor", _("Measured by instruments")),
    ("sharing", _("Received by sharing from another department")),
    ("purchase", _("Bought")),
    ("other", _("Otherwise")),
]
COST_KINDS = [
    ("collection", _("Collection")),
    ("processing", _("Processing and quality")),
    ("storage", _("Storage")),
    ("operation", _("Operation and services")),
    ("purchase", _("Purchase")),
]
DERIVATION_KINDS = [
    ("copied", _("Copied")),
    ("computed", _("Computed")),
    ("aggregated", _("Counted or summed")),
    ("linked", _("Linked by key")),
]


class AssetSheet(models.Model):
    """What the records cannot know of a resource as an asset: its origin, its worth, how long it is kept."""

    resource = models.OneToOneField(Resource, models.CASCADE, related_name="asset_sheet", primary_key=True)
    collection_method = models.CharField(
        _("how the data arises"), max_length=20, choices=COLLECTION_METHODS, blank=True
    )
    system_name = models.CharField(_("information system it comes from"), max_length=200, blank=True)
    storage_place = models.CharField(_("where the original is kept"), max_length=200, blank=True)
    value_statement = models.TextField(_("value statement"), blank=True)
    keep_until = models.DateField(_("kept until"), null=True, blank=True)
    keep_basis = models.CharField(_("basis of the retention period"), max_length=200, blank=True)
    collect_again_reason = models.TextField(_("why it is collected although sharing supplies it"), blank=True)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("asset sheet")

    def __str__(self) -> str:
        return str(self.resource_id)


class StagePlan(models.Model):
    """A date set for a stage: when it is planned, and when it was reached where no record can tell."""

    resource = models.ForeignKey(Resource, models.CASCADE, related_name="stage_plans")
    stage = models.CharField(_("stage"), max_length=20, choices=STAGES)
    planned_on = models.DateField(_("planned for"), null=True, blank=True)
    reached_on = models.DateField(_("reached on"), null=True, blank=True)

    class Meta:
        ordering = ("resource_id", "pk")
        verbose_name = _("planned stage")
        constraints = [models.UniqueConstraint(fields=["resource", "stage"], name="one_plan_per_stage")]

    def __str__(self) -> str:
        return f"{self.resource_id} {self.stage}"


class AssetCost(models.Model):
    """What a resource cost in one year for one kind of work, in yuan."""

    resource = models.ForeignKey(Resource, models.CASCADE, related_name="costs")
    year = models.PositiveSmallIntegerField(_("year"))
    kind = models.CharField(_("kind of cost"), max_length=20, choices=COST_KINDS)
    amount = models.DecimalField(_("amount in yuan"), max_digits=14, decimal_places=2)
    note = models.CharField(_("note"), max_length=200, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("recorded"), auto_now=True)

    class Meta:
        ordering = ("resource_id", "-year", "kind")
        verbose_name = _("cost")
        constraints = [models.UniqueConstraint(fields=["resource", "year", "kind"], name="one_cost_per_year_and_kind")]

    def __str__(self) -> str:
        return f"{self.resource_id} {self.year} {self.kind}"


class Derivation(models.Model):
    """One resource is made from another: as a whole, or one data item from one item of the other."""

    target = models.ForeignKey(Resource, models.CASCADE, related_name="made_from", verbose_name=_("made"))
    source = models.ForeignKey(Resource, models.PROTECT, related_name="made_into", verbose_name=_("made from"))
    target_item = models.ForeignKey(
        Item, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("data item")
    )
    source_item = models.ForeignKey(
        Item, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("from the data item")
    )
    kind = models.CharField(_("how"), max_length=20, choices=DERIVATION_KINDS, default="copied")
    note = models.CharField(_("note"), max_length=200, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("declared"), auto_now_add=True)

    class Meta:
        ordering = ("target_id", "source_id", "pk")
        verbose_name = _("derivation")
        constraints = [
            models.UniqueConstraint(
                fields=["target", "source", "target_item", "source_item"],
                nulls_distinct=False,
                name="one_derivation_per_pair",
            ),
            models.CheckConstraint(condition=~models.Q(target=models.F("source")), name="not_made_from_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} → {self.target_id}"
