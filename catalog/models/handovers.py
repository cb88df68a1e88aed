"""Tables of hand-overs: resources that go from one department to another when departments merge or split."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalog.models.resources import Resource
from catalog.workflow import HANDOVERS

EXTENTS = [("all", _("All resources of the department")), ("chosen", _("Chosen resources"))]


class HandOver(models.Model):
    """Resources of ``giver`` that ``taker`` is to answer for, on the ground of ``document``; codes never change.

    ``decision`` is the document by which the data authority decided where the two did not agree.
    """

    number = models.CharField(_("number"), max_length=20, unique=True)
    state = models.CharField(_("state"), max_length=20, choices=HANDOVERS.choices(), default=HANDOVERS.initial)
    giver = models.ForeignKey(
        "accounts.Department", models.PROTECT, related_name="+", verbose_name=_("giving department")
    )
    taker = models.ForeignKey(
        "accounts.Department", models.PROTECT, related_name="+", verbose_name=_("taking department")
    )
    document = models.CharField(_("document that orders the merger or split"), max_length=200)
    note = models.TextField(_("note"), blank=True)
    extent = models.CharField(_("what is handed over"), max_length=10, choices=EXTENTS)
    decision = models.TextField(_("document of the decision"), blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("proposed"), db_default=Now())
    carried_out_at = models.DateTimeField(_("carried out"), null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        verbose_name = _("hand-over")
        constraints = [
            models.CheckConstraint(condition=~models.Q(giver=models.F("taker")), name="hand_over_between_two")
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("catalog:handover", args=[self.number])


class HandOverLine(models.Model):
    """One resource of a hand-over; ``carried`` is what it was just after, so that a later touch is seen."""

    hand_over = models.ForeignKey(HandOver, models.CASCADE, related_name="lines")
    resource = models.ForeignKey(Resource, models.PROTECT, related_name="hand_overs")
    carried = models.JSONField(_("as it was just after"), default=dict)

    class Meta:
        ordering = ("hand_over_id", "resource_id")
        verbose_name = _("resource of a hand-over")
        constraints = [
            models.UniqueConstraint(fields=["hand_over", "resource"], name="one_line_per_resource_handed_over")
        ]

    def __str__(self) -> str:
        return f"{self.hand_over_id}/{self.resource_id}"
