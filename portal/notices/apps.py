"""How Django knows this app."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """The app's name and label."""

    name = "portal.notices"
    label = "notices"
