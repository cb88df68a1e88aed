"""How Django knows this app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LicensesConfig(AppConfig):
    """The app's name and label; on ready it gives the timeline its words."""

    name = "licenses"
    label = "licenses"

    def ready(self) -> None:
        """Register the words of license acts."""
        from portal.web.words import register

        register(
            {
                "licenses.type.define": _("Type defined"),
                "licenses.license.resume": _("Given back to the holder"),
                "licenses.license.revoke": _("Revoked (unlawful grant)"),
                "licenses.license.revoke_as_penalty": _("Revoked as a penalty"),
                "licenses.license.preview": _("Page previewed"),
                "licenses.license.reveal": _("Content read"),
            }
        )
