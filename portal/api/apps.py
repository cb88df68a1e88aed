"""How Django knows this app."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The app's name and label."""

    name = "portal.api"
    label = "api"
