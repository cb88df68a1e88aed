"""How Django knows this app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


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
                "licenses.type.retire": pgettext_lazy("license type", "Retired"),
                "licenses.license.issue": pgettext_lazy("version of a license", "Issued"),
                "licenses.license.change": pgettext_lazy("version of a license", "Changed"),
                "licenses.license.renew": pgettext_lazy("version of a license", "Renewed"),
                "licenses.license.cancel": pgettext_lazy("license", "Cancelled"),
                "licenses.license.withhold": pgettext_lazy("license", "Withheld"),
                "licenses.license.resume": _("Given back to the holder"),
                "licenses.license.revoke": pgettext_lazy("license", "Revoked (unlawful grant)"),
                "licenses.license.revoke_as_penalty": pgettext_lazy("license", "Revoked as a penalty"),
                "licenses.license.preview": _("Page previewed"),
                "licenses.license.reveal": _("Content read"),
            }
        )
