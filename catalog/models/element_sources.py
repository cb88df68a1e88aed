"""The table of one source per data element (一数一源): which department answers for a value, named by the authority."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalog.models.resources import Resource


class ElementSource(models.Model):
    """The source department of one data element in one region, from a day until it is ended (Order 809 art 19).

    ``identifier`` names the element in all its versions; ``resource`` is where its values are to be had.
    """

    identifier = models.SlugField(_("data element"), max_length=40)
    region = models.ForeignKey("accounts.Region", models.PROTECT, related_name="+", verbose_name=_("region"))
    department = models.ForeignKey(
        "accounts.Department", models.PROTECT, related_name="element_sources", verbose_name=_("source department")
    )
    resource = models.ForeignKey(
        Resource, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("resource")
    )
    basis = models.CharField(_("decision that names it"), max_length=200)
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    named_on = models.DateField(_("named on"), default=timezone.localdate)
    ended_on = models.DateField(pgettext_lazy("of a source", "ended on"), null=True, blank=True)
    end_reason = models.CharField(_("reason of the end"), max_length=200, blank=True)

    class Meta:
        ordering = ("identifier", "region", "-named_on", "-pk")
        verbose_name = _("source of a data element")
        constraints = [
            models.UniqueConstraint(
                fields=["identifier", "region"],
                condition=models.Q(ended_on__isnull=True),
                name="one_source_per_element_and_region",
            )
        ]

    def __str__(self) -> str:
        return f"{self.identifier} {self.region_id}"
