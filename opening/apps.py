"""How Django knows this app."""

from django.apps import AppConfig


class OpeningConfig(AppConfig):
    """The app's name and label."""

    name = "opening"
    label = "opening"
