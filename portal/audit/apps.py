"""App configuration of audit."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    """The audit record."""

    name = "portal.audit"
    label = "audit"
    verbose_name = _("Audit record")

    def ready(self) -> None:
        from portal.audit import receivers  # noqa: F401 - receivers register on import
