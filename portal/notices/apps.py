"""App configuration of notices."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    """Messages in the site and by mail."""

    name = "portal.notices"
    label = "notices"
    verbose_name = _("Notices")

    def ready(self) -> None:
        from portal.notices import receivers  # noqa: F401 - receivers register on import
