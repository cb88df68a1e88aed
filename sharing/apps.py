"""How Django knows this app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SharingConfig(AppConfig):
    """Requests, grants, deliveries; registers the deadlines of Order 809 and listens to its own moves."""

    name = "sharing"
    label = "sharing"
    verbose_name = _("Sharing")

    def ready(self) -> None:
        from portal.workflow.deadlines import register  # noqa: PLC0415 - models are loaded only now
        from sharing import receivers  # noqa: F401, PLC0415 - receivers register on import
        from sharing.workflow import RULES  # noqa: PLC0415 - models are loaded only now

        register(*RULES)
