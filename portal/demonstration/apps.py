"""How Django knows this app."""

from django.apps import AppConfig


class DemonstrationConfig(AppConfig):
    """The app's name and label."""

    name = "portal.demonstration"
    label = "demonstration"
