"""App configuration of oversight."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OversightConfig(AppConfig):
    """The auditor's pages."""

    name = "portal.oversight"
    label = "oversight"
    verbose_name = _("Oversight")
