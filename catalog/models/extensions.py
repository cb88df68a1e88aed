"""Tables of extension fields: what an installation states beside the core metadata (1272号 allows extensions)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

EXTENSION_TYPES = [
    ("text", _("Text")),
    ("number", _("Number")),
    ("date", _("Date")),
    ("boolean", _("Yes or no")),
    ("choice", _("One of a list")),
]


class ExtensionField(models.Model):
    """A field that the province's coordinator adds to every description; values stand in ``Resource.extensions``."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name_zh = models.CharField(_("name in Chinese"), max_length=100)
    name_en = models.CharField(_("name in English"), max_length=100, blank=True)
    type = models.CharField(_("type"), max_length=10, choices=EXTENSION_TYPES, default="text")
    choices = models.JSONField(_("values of the list"), default=list, blank=True)
    is_required = models.BooleanField(_("needed to submit"), default=False)
    is_active = models.BooleanField(_("in use"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ("position", "id")
        verbose_name = _("extension field")

    def __str__(self) -> str:
        return self.name_zh
