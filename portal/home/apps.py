"""How Django knows this app."""

from django.apps import AppConfig


class HomeConfig(AppConfig):
    """The app's name and label."""

    name = "portal.home"
    label = "home"
