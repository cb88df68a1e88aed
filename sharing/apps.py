"""How Django knows this app."""

from django.apps import AppConfig


class SharingConfig(AppConfig):
    """The app's name and label."""

    name = "sharing"
    label = "sharing"
