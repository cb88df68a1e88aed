"""The table of notices: what a person was told, in the site and by mail."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from portal.audit.wording import said_values


class Notice(models.Model):
    """One message to one person; the text is kept as source text and values and translated when it is read."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    kind = models.CharField(_("kind"), max_length=60)
    message = models.TextField(_("message"))
    context = models.JSONField(default=dict)
    url = models.CharField(_("address"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("time"), db_default=Now())
    read_at = models.DateTimeField(_("read"), null=True)
    mailed_at = models.DateTimeField(_("mailed"), null=True)

    class Meta:
        ordering = ("-created_at", "-id")
        verbose_name = _("notice")
        indexes = [
            models.Index(fields=["user", "-created_at"], name="notice_user"),
            models.Index(fields=["created_at"], condition=models.Q(mailed_at=None), name="notice_unmailed"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        """The message in the language in force; what the context calls ``title_en`` stands for ``title`` in English."""
        words = said_values(self.context)
        if not (get_language() or "").startswith("zh"):
            words |= {name.removesuffix("_en"): word for name, word in words.items() if name.endswith("_en") and word}
        return str(gettext(self.message) % words)
