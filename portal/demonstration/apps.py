"""Tells Django of the demonstration province."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DemonstrationConfig(AppConfig):
    """The roof room that fills an empty installation with a province to try things on."""

    name = "portal.demonstration"
    label = "demonstration"
    verbose_name = _("Demonstration province")
