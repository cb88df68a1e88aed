"""Tables of files that come in parts: what was announced, and the parts that are there."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from catalog.models.resources import Resource
from catalog.models.uploads import Upload


class Transfer(models.Model):
    """A file on its way in parts (tus 1.0), until all bytes are there and it is received as an upload.

    ``offset`` is the number of bytes kept; ``metadata`` what the sender said of the file, as it was sent.
    """

    token = models.UUIDField(_("name in addresses"), primary_key=True, default=uuid.uuid4, editable=False)
    resource = models.ForeignKey(Resource, models.CASCADE, related_name="transfers")
    name = models.CharField(_("file name"), max_length=255)
    options = models.JSONField(_("how the file is to be taken"), default=dict)
    metadata = models.TextField(_("metadata as sent"), blank=True)
    length = models.BigIntegerField(_("bytes announced"))
    offset = models.BigIntegerField(_("bytes there"), default=0)
    upload = models.OneToOneField(Upload, models.CASCADE, null=True, blank=True, related_name="transfer")
    refusal = models.CharField(_("why it was not taken"), max_length=500, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("announced"), db_default=Now())
    expires_at = models.DateTimeField(_("kept until"), db_index=True)

    class Meta:
        ordering = ("-created_at",)
        verbose_name = _("transfer")

    def __str__(self) -> str:
        return f"{self.name} {self.offset}/{self.length}"

    @property
    def is_whole(self) -> bool:
        return self.offset == self.length


class TransferPart(models.Model):
    """One stored part of a transfer, from byte ``first`` on."""

    transfer = models.ForeignKey(Transfer, models.CASCADE, related_name="parts")
    first = models.BigIntegerField(_("first byte"))
    size = models.PositiveIntegerField(_("bytes"))
    file = models.CharField(_("file in the store"), max_length=300)

    class Meta:
        ordering = ("first",)
        verbose_name = _("part of a transfer")
        constraints = [models.UniqueConstraint(fields=["transfer", "first"], name="one_part_per_first_byte")]

    def __str__(self) -> str:
        return f"{self.transfer_id} {self.first}+{self.size}"
